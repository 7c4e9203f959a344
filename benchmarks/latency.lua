-- Latency for wrk: `wrk -s latency.lua URL -- [FORM]` prints the latency at some percentiles and the longest one, in
-- microseconds. It books in a FORM of book.lua, or sends GET without.

function init(args)
  if args[1] then
    dofile("benchmarks/book.lua")
    init(args)
  end
end

function done(_, latency)
  for _, percentile in ipairs({ 50, 99, 99.9 }) do
    io.write(("latency %s: %d\n"):format(percentile, latency:percentile(percentile)))
  end
  io.write(("latency max: %d\n"):format(latency.max))
end
