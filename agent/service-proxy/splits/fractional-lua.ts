// The side of a user, reckoned by HAProxy exactly as flagd's `fractional` does: murmur3 (x86, 32 bits, seed 0) over the
// units of UTF-16, as `imurmurhash` has it, and the sum of weights times that, divided by 2^32.

/** Beside the configuration. */
export const LUA_FILE = 'splits.lua';
/** Of `<asked>.<living>`, and `:<salt><user>` where there is a user, makes the number of a side. */
export const SIDE_CONVERTER = 'lua.gantry_side';

/**
 * `asked` are the weights of all sides, `living` the same without those that nobody would answer; both joined by `-`. Who
 * would meet nobody is dealt out once more among the living. Who is unknown belongs to the last living side.
 */
export const FRACTIONAL_LUA = `-- Written by Gantry; changes are lost.
local MASK = 0xffffffff

-- Units of UTF-16; bytes where it is no UTF-8, as programs read headers.
local function units(text)
  local found = {}
  if utf8.len(text) == nil then
    for at = 1, #text do found[at] = text:byte(at) end
    return found
  end
  for _, code in utf8.codes(text) do
    if code < 0x10000 then
      found[#found + 1] = code
    else
      found[#found + 1] = 0xd800 + ((code - 0x10000) >> 10)
      found[#found + 1] = 0xdc00 + ((code - 0x10000) & 0x3ff)
    end
  end
  return found
end

local function rotate(value, bits)
  return ((value << bits) | (value >> (32 - bits))) & MASK
end

local function mix(k)
  return (rotate((k * 0xcc9e2d51) & MASK, 15) * 0x1b873593) & MASK
end

local function hash(text)
  local u = units(text)
  local count, h, at = #u, 0, 1
  while at + 3 <= count do
    local top = u[at + 3]
    local k = u[at] ~ (u[at + 1] << 8) ~ (u[at + 2] << 16) ~ ((top & 0xff) << 24) ~ (top >> 8)
    h = (rotate(h ~ mix(k & MASK), 13) * 5 + 0xe6546b64) & MASK
    at = at + 4
  end
  local k = (u[at] or 0) ~ ((u[at + 1] or 0) << 8) ~ ((u[at + 2] or 0) << 16)
  k = k & MASK
  -- The original compares signed numbers here.
  if k > 0 and k < 0x80000000 then h = h ~ mix(k) end
  h = h ~ count
  h = ((h ~ (h >> 16)) * 0x85ebca6b) & MASK
  h = ((h ~ (h >> 13)) * 0xc2b2ae35) & MASK
  return h ~ (h >> 16)
end

local function weights(text)
  local found, total = {}, 0
  for weight in text:gmatch('%d+') do
    found[#found + 1] = math.tointeger(tonumber(weight))
    total = total + found[#found]
  end
  return found, total
end

local function pick(list, total, key)
  local bucket, sum = (hash(key) * total) >> 32, 0
  for at, weight in ipairs(list) do
    sum = sum + weight
    if sum > bucket then return at end
  end
  return #list
end

core.register_converters('gantry_side', function(text)
  local asked, living, key = text:match('^([%d-]+)%.([%d-]+):(.*)$')
  if key == nil then asked, living = text:match('^([%d-]+)%.([%d-]+)$') end
  if living == nil then return '' end
  local kept, total = weights(living)
  if key == nil then
    local side = 0
    for at, weight in ipairs(kept) do if weight > 0 then side = at end end
    return tostring(side - 1)
  end
  local list, sum = weights(asked)
  local side = pick(list, sum, key)
  if (kept[side] or 0) == 0 then side = pick(kept, total, key) end
  return tostring(side - 1)
end)
`;
