-- Bookings for wrk: `wrk -s book.lua URL -- FORM`, where FORM is v1 (JSON), v3 (JSON) or widget (v3, urlencoded).
-- A thousand requests are made beforehand and sent in turn: other numbers, over the slots of five days.

local FORMS = {
  v1 = {
    "application/json",
    '{"_customer_number":"+1415555%04d","_desired_time":"%sT%s:%s:00.000Z"}',
  },
  v3 = {
    "application/json",
    '{"serviceName":"bench","phoneNumber":"+1415555%04d","desiredTime":"%sT%s:%s:00.000Z"}',
  },
  widget = {
    "application/x-www-form-urlencoded",
    "userData%%5Bfirstname%%5D=Bob&userData%%5Blastname%%5D=Jones&userData%%5Bsubject%%5D=Hi&serviceName=bench"
      .. "&phoneNumber=%%2B1415555%04d&desiredTime=%sT%s%%3A%s%%3A00.000Z",
  },
}

local requests = {}
local sent = 0

function init(args)
  local content_type, body = unpack(FORMS[args[1]])
  local first = os.time() - os.time() % 3600 + 7200
  for number = 1, 1000 do
    local at = first + number * 7 % 480 * 900
    local text = body:format(number, os.date("!%Y-%m-%d", at), os.date("!%H", at), os.date("!%M", at))
    requests[number] = wrk.format("POST", nil, { ["Content-Type"] = content_type }, text)
  end
end

function request()
  sent = sent % #requests + 1
  return requests[sent]
end
