import { expect, it } from "vitest";
import { pageOf } from "./pagination.ts";

const people = ["a", "b", "c", "d", "e", "f", "g"].map((id) => ({ id }));
const idOf = ({ id }: { readonly id: string }) => id;
const idsOf = (page: readonly { readonly id: string }[]) => page.map(idOf).join("");

it("goes through a list page by page", () => {
  const first = pageOf(people, { limit: 3 }, idOf);
  const second = pageOf(people, { limit: 3, cursor: first.next ?? "" }, idOf);
  const third = pageOf(people, { limit: 3, cursor: second.next ?? "" }, idOf);
  expect([first, second, third].map(({ page }) => idsOf(page))).toEqual(["abc", "def", "g"]);
  expect(third.next).toBeNull();
});

it("leaves nobody out when people of the page before have gone", () => {
  const { next } = pageOf(people, { limit: 5 }, idOf);
  for (const gone of [
    ["b", "e"],
    ["e", "d", "c"],
    ["a", "b", "c", "d"],
  ]) {
    const left = people.filter(({ id }) => !gone.includes(id));
    expect(idsOf(pageOf(left, { limit: 5, cursor: next ?? "" }, idOf).page)).toBe("fg");
  }
});

it("takes no cursor that it did not give", () => {
  for (const cursor of ["nonsense", "5", Buffer.from("5").toString("base64url"), "%00"]) {
    expect(() => pageOf(people, { cursor }, idOf)).toThrow(expect.objectContaining({ code: "CURSOR_INVALID" }));
  }
});
