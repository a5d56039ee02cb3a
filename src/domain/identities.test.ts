import { describe, expect, it } from "vitest";
import { assignIdentities, type KnownPeople } from "./identities.ts";

const nobody: KnownPeople = { before: new Map(), confirmed: new Map(), rejected: new Map(), reserved: new Set() };

/** Person by face. */
function assign(
  groups: readonly (readonly string[])[],
  known: Partial<KnownPeople> = {},
): Record<string, string | null> {
  const assignments = assignIdentities(groups, { ...nobody, ...known });
  return Object.fromEntries(assignments.map(({ faceId, personId }) => [faceId, personId]));
}

const were = (people: Record<string, string>) => new Map(Object.entries(people));

describe("assignIdentities", () => {
  it("gives new people ids that do not depend on the order of the groups", () => {
    const one = assign([["a", "b"], ["c"]]);
    expect(assign([["c"], ["a", "b"]])).toEqual(one);
    expect(one.a).toBe(one.b);
    expect(one.a).not.toBe(one.c);
    expect(one.a).toMatch(/^[0-9a-f]{12}$/);
  });

  it("keeps the id of a person whose group grows", () => {
    const first = assign([["b", "c"]]);
    const known = {
      before: new Map([
        ["b", first.b ?? ""],
        ["c", first.c ?? ""],
      ]),
    };
    expect(assign([["a", "b", "c"]], known).a).toBe(first.b);
  });

  it("leaves a person who is split with most of the faces, and the rest is somebody new", () => {
    const people = assign([["a"], ["b", "c"]], { before: were({ a: "P", b: "P", c: "P" }) });
    expect(people.b).toBe("P");
    expect(people.a).not.toBe("P");
  });

  it("keeps the id with more faces when two people become one", () => {
    const people = assign([["a", "b", "c"]], { before: were({ a: "A", b: "B", c: "B" }) });
    expect(people).toEqual({ a: "B", b: "B", c: "B" });
  });

  it("settles ties the same way in every order", () => {
    const known = { before: were({ a: "P", b: "P" }) };
    expect(assign([["a"], ["b"]], known)).toEqual(assign([["b"], ["a"]], known));
    expect(assign([["a"], ["b"]], known).a).toBe("P");
  });

  it("believes a human more than the number of faces", () => {
    const people = assign([["a"], ["b", "c"]], {
      before: were({ a: "P", b: "P", c: "P" }),
      confirmed: new Map([["a", "P"]]),
    });
    expect(people.a).toBe("P");
    expect(people.b).not.toBe("P");
  });

  it("does not give a person back a face that a human took away", () => {
    const people = assign([["a"], ["b"]], {
      before: were({ a: "P" }),
      rejected: new Map([["a", new Set(["P"])]]),
    });
    expect(people.a).not.toBe("P");
  });

  it("never gives a new person the id of somebody who has a name and no face at the moment", () => {
    const usual = assign([["a"]]).a ?? "";
    const other = assign([["a"]], { reserved: new Set([usual]) }).a;
    expect(other).not.toBe(usual);
    expect(other).toMatch(/^[0-9a-f]{12}$/);
  });
});
