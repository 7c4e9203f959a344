-- Bookings for wrk: `wrk -s book.lua URL -- FORM`, where FORM is v1 (JSON), v3 (JSON) or widget (v3, urlencoded).
-- Every request has a new phone number. The slots of five days are booked in turn.

local FORMS = {
  v1 = {
    "application/json",
    '{"_customer_number":"+1415%07d","_desired_time":"%sT%s:%s:00.000Z"}',
  },
  v3 = {
    "application/json",
    '{"serviceName":"bench","phoneNumber":"+1415%07d","desiredTime":"%sT%s:%s:00.000Z"}',
  },
  widget = {
    "application/x-www-form-urlencoded",
    "userData%%5Bfirstname%%5D=Bob&userData%%5Blastname%%5D=Jones&userData%%5Bsubject%%5D=Hi&serviceName=bench"
      .. "&phoneNumber=%%2B1415%07d&desiredTime=%sT%s%%3A%s%%3A00.000Z",
  },
}

local heads = {}
local tails = {}
local sent = 0

-- The text of a request is split at its number, so that little is left to do for each.
function init(args)
  local content_type, body = unpack(FORMS[args[1]])
  local first = os.time() - os.time() % 3600 + 7200
  for number = 1, 480 do
    local at = first + number * 7 % 480 * 900
    local text = body:format(9999999, os.date("!%Y-%m-%d", at), os.date("!%H", at), os.date("!%M", at))
    local request = wrk.format("POST", nil, { ["Content-Type"] = content_type }, text)
    local from, to = request:find("9999999", 1, true)
    heads[number], tails[number] = request:sub(1, from - 1), request:sub(to + 1)
  end
end

function request()
  sent = sent + 1
  local slot = sent % 480 + 1
  return heads[slot] .. ("%07d"):format(sent % 10000000) .. tails[slot]
end
