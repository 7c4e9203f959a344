-- The life of a test suite for wrk: sessions that are made, steered, booked in, read and forgotten, fifty requests each.
-- Every second one is deleted at its end, the others are left to be forgotten. Numbers, paths and ids are ever new:
-- `wrk -s life.lua URL -- SENT` goes on where another run has left off.

local V1 = "/genesys/1/service/callback/sales"
local V3 = "/engagement/v3/callbacks"
local JSON = { ["Content-Type"] = "application/json" }
local FORM = { ["Content-Type"] = "application/x-www-form-urlencoded" }
local LENGTH = 50

local sent = 0

local function book(base)
  local body = ('{"_customer_number":"+1415%07d","_desired_time":"2026-03-02T%02d:%02d:00.000Z"}'):format(
    sent % 10000000, 9 + sent % 12, sent % 4 * 15)
  return wrk.format("POST", base .. V1, JSON, body)
end

local function book_by_widget(base)
  local body = ("userData%%5Bfirstname%%5D=Bob&serviceName=sales&phoneNumber=%%2B1416%07d"):format(sent % 10000000)
  return wrk.format("POST", base .. V3 .. "/create", FORM, body)
end

local function find(base)
  return wrk.format("GET", ("%s%s?_customer_number=%%2B1415%07d"):format(base, V1, sent % 10000000))
end

local function unknown(base)
  return wrk.format("GET", base .. "/unknown/" .. sent)
end

local function slots(base)
  return wrk.format("GET", base .. V3 .. "/availability/sales?start=2026-03-02T00:00:00Z&numberOfDays=2&maxTimeSlots=20")
end

local function fault(base)
  return wrk.format("GET", base .. V1 .. "/availability", { ["X-Mockgms-Fault"] = "server_error" })
end

local TURNS = { book, slots, book_by_widget, find, unknown, slots, fault }

function init(args)
  sent = tonumber(args[1])
end

function request()
  sent = sent + 1
  local number, turn = math.floor(sent / LENGTH), sent % LENGTH
  local id = "life-" .. number
  local base = "/s/" .. id
  if turn == 0 then
    return wrk.format("PUT", "/__admin/sessions/" .. id, JSON, '{"clock":{"now":"2026-03-02T08:55:00Z","frozen":true}}')
  elseif turn == 10 then
    local rule = "{name: rule-" .. number % 1000 .. ", when: {operation: schedule}, per: phone, times: 1, then: {fault: slot_conflict}}"
    return wrk.format("POST", base .. "/__admin/rules", nil, rule)
  elseif turn == 30 then
    return wrk.format("POST", base .. "/__admin/clock/advance", JSON, '{"by":"15m"}')
  elseif turn == 48 then
    return wrk.format("GET", base .. "/__admin/requests?limit=5")
  elseif turn == 49 and number % 2 == 0 then
    return wrk.format("DELETE", "/__admin/sessions/" .. id)
  end
  return TURNS[sent % #TURNS + 1](base)
end
