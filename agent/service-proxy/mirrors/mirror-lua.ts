// Copies of requests, made by HAProxy in Lua: nobody waits for a copy, and what one may cost is bounded. A copy goes over a
// socket of the folder to a frontend of its own, which finds the pods and counts them as it does for every request.
import { word } from '../cli-text.ts';

/** Beside the configuration. */
export const MIRROR_LUA_FILE = 'mirrors.lua';
/** Sends the copy that `txn.copy` names; says in `txn.copy_drop` why none was sent. */
export const MIRROR_ACTION = 'lua.gantry_mirror';
/** Throws answers away as they come: socket and memory hold none of them. */
export const SWALLOW_FILTER = 'lua.gantry_swallow';
/** Where copies go, relative to the folder. */
export const MIRROR_SOCKET = 'mirror.sock';
/** Name the key of the mirror's pods and the configuration that knows them; taken away before pods see the copy. */
export const TARGET_HEADER = 'x-gantry-mirror';
export const GENERATION_HEADER = 'x-gantry-mirror-of';

/** Copies of a node that are under way at once; further ones are dropped, reason `busy`. */
export const MIRRORS_MAX = 256;
/** How long a copy waits for its answer, which nobody reads. */
export const MIRROR_ANSWER_MS = 30_000;
/** A copy with all that belongs to it; one that HAProxy has not whole in its buffer is smaller still. */
export const COPY_BYTES_MAX = 16_384;
/** Larger bodies are not waited for: a buffer has room for some 12 kB of head and body. Reason `body`. */
export const BODY_BYTES_MAX = 12_000;
/** How long a request of which a copy is made waits for the rest of its own body; then it goes on without a copy. */
export const BODY_WAIT_MS = 100;
const BODY_LOOK_MS = 5;

/** For each thread its own share of the limit. */
const COPYING = `local under_way = 0
local limit

-- Of one connection, or written anew.
local OWN = {
  connection = true, expect = true, ["keep-alive"] = true, ["proxy-connection"] = true, te = true, trailer = true,
  ["transfer-encoding"] = true, upgrade = true, ["content-length"] = true,
  ["${TARGET_HEADER}"] = true, ["${GENERATION_HEADER}"] = true
}

local function most()
  if limit == nil then
    local threads = tonumber(core.get_info().Nbthread) or 1
    limit = math.max(1, ${MIRRORS_MAX} // threads)
  end
  return limit
end

local function is_whole(txn)
  return txn.f:internal_htx_has_eom() == 1
end

-- Only a body whose end is in sight is waited for.
local function arrives(txn)
  if is_whole(txn) then return true end
  local length = tonumber(txn.f:req_hdr("content-length"))
  if length == nil or length > ${BODY_BYTES_MAX} or txn.f:req_hdr("expect") ~= nil then return false end
  local waited = 0
  while waited < ${BODY_WAIT_MS} and not is_whole(txn) do
    core.msleep(${BODY_LOOK_MS})
    waited = waited + ${BODY_LOOK_MS}
  end
  return is_whole(txn)
end

local function copy_of(txn)
  local lines = {
    txn.f:method() .. " " .. txn.f:pathq() .. " HTTP/1.1",
    "${TARGET_HEADER}: " .. txn:get_var("txn.copy"),
    "${GENERATION_HEADER}: " .. generation
  }
  for name, values in pairs(txn.http:req_get_headers()) do
    if not OWN[name] then
      for at = 0, #values do
        if values[at] ~= nil then lines[#lines + 1] = name .. ": " .. values[at] end
      end
    end
  end
  local body = txn.f:req_body() or ""
  if #body > 0 then lines[#lines + 1] = "content-length: " .. #body end
  lines[#lines + 1] = "x-forwarded-for: " .. tostring(txn.f:src())
  lines[#lines + 1] = "connection: close\\r\\n\\r\\n"
  return table.concat(lines, "\\r\\n") .. body
end

local function exchange(copy)
  local socket = core.tcp()
  socket:settimeout(${MIRROR_ANSWER_MS / 1_000 + 1})
  if socket:connect("unix@${MIRROR_SOCKET}") and socket:send(copy) then
    repeat local part = socket:receive(1024) until part == nil
  end
  socket:close()
end

core.register_action("gantry_mirror", { "http-req" }, function(txn)
  local drop = function(why) txn:set_var("txn.copy_drop", why) end
  if under_way >= most() then return drop("busy") end
  if not arrives(txn) then return drop("body") end
  local copy = copy_of(txn)
  if #copy > ${COPY_BYTES_MAX} then return drop("body") end
  if under_way >= most() then return drop("busy") end
  under_way = under_way + 1
  core.register_task(function()
    pcall(exchange, copy)
    under_way = under_way - 1
  end)
end)

local Swallow = { id = "gantry-swallow", flags = filter.FLT_CFG_FL_HTX }
Swallow.__index = Swallow
function Swallow:new()
  return setmetatable({}, Swallow)
end
function Swallow:start_analyze(txn, channel)
  if channel:is_resp() then filter.register_data_filter(self, channel) end
end
function Swallow:http_payload(txn, message)
  if message.channel:is_resp() then message:remove() end
end
core.register_filter("gantry_swallow", Swallow, function(made) return made end)
`;

/** @param generation the name of the configuration that it belongs to. */
export function mirrorLua(generation: string): string {
  return `-- Written by Gantry; changes are lost.\nlocal generation = "${word(generation)}"\n${COPYING}`;
}
