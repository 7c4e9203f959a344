// The keys of `when`, and those beside it, that the start page offers. Made by scripts/generate.

/** @type {import('./conditions.js').Kind[]} */
export const KINDS = [
  {"name": "version", "label": "version", "start": "v3", "choices": ["v1", "v2", "v3"], "says": "by {}"},
  {"name": "service", "label": "service", "start": "sales", "says": "for {}"},
  {"name": "phone", "label": "number", "start": "+1555*", "says": "from {}"},
  {"name": "api_key", "label": "API key", "start": "KEY-1", "says": "with the key {}"},
  {"name": "desired_time", "label": "desired time", "start": "Mon-Fri 09:00-12:00", "says": "for times in {}"},
  {"name": "user_data", "label": "user data", "start": "*", "isNamed": true, "says": "with user data {}"},
  {"name": "header", "label": "header", "start": "*", "isNamed": true, "says": "with header {}"},
  {"name": "query", "label": "parameter", "start": "*", "isNamed": true, "says": "with query {}"},
  {"name": "state", "label": "state", "start": "outage", "says": "in the state {}"},
  {"name": "per", "isBeside": true, "label": "counted for each", "start": "phone", "choices": ["phone", "api_key", "service", "slot"], "says": "counted for each {}", "words": {"phone": "number", "api_key": "key"}},
  {"name": "skip", "isBeside": true, "label": "skip the first", "start": "1", "says": "after the first {}", "words": {"1": "one"}},
  {"name": "chance", "isBeside": true, "label": "chance", "start": "50%", "says": "in {} of the cases"},
  {"name": "phase", "isBeside": true, "label": "it happens", "start": "after", "choices": ["before", "after"], "says": "{}", "words": {"before": "before taking effect", "after": "after taking effect"}},
];

/** @type {[value: string, text: string][]} the operations that a rule can be for, each with the name of a request */
export const OPERATIONS = [["schedule", "booking"], ["availability", "availability query"], ["cancel", "cancellation"], ["reschedule", "rescheduling"], ["find", "search"], ["estimated_wait_time", "wait query"], ["", "request"]];
