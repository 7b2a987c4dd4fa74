-- wrk script: every request is the next signed body of the file named by AGENTE_BODIES; threads take turns.
local threads = 0
function setup(thread)
  thread:set("offset", threads)
  threads = threads + 1
end
function init()
  lines = {}
  local i = 0
  for line in io.lines(os.getenv("AGENTE_BODIES")) do
    if i % 2 == offset then lines[#lines + 1] = line end
    i = i + 1
  end
  at = 0
  collectgarbage("stop") -- else its pauses, with so many lines in memory, are measured as ours
end
function request()
  at = at % #lines + 1
  local signature, body = lines[at]:match("^(%x+)\t(.*)$")
  return wrk.format("POST", nil, {["Content-Type"] = "application/json", ["X-Hub-Signature-256"] = "sha256=" .. signature}, body)
end
