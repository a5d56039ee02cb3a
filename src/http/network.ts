import { isIPv6 } from "node:net";

const groups = 8;

/** Groups of an IPv6 address that a provider gives to one customer, who has all addresses that begin so. */
const groupsOfCustomer = 4;

/**
 * Whom to count tries for: an IPv4 address, or the /64 network of an IPv6 address. With one of those, somebody has more
 * addresses than there are tries.
 */
export function networkOf(address: string): string {
  const [plain = ""] = address.split("%");
  const mapped = /^::ffff:([\d.]+)$/iu.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(plain)) return address;
  const [before = "", after] = plain.split("::");
  const [start, end] = [groupsOf(before), groupsOf(after ?? "")];
  const zeros = after === undefined ? 0 : groups - start.length - end.length;
  const all = [...start, ...new Array<string>(zeros).fill("0"), ...end];
  return `${all.slice(0, groupsOfCustomer).join(":")}::/64`;
}

/** Without leading zeros; an IPv4 address at the end counts for two. */
function groupsOf(text: string): string[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    return group.includes(".") ? ["", ""] : Number.parseInt(group, 16).toString(16);
  });
}
