import { expect, test } from "vitest";
import { tidyName } from "./events.ts";

test("a name has up to 120 characters as people count them", () => {
  for (const character of ["a", "é", "🎉"]) {
    expect(tidyName(character.repeat(120))).toBe(character.repeat(120));
    expect(tidyName(character.repeat(121))).toBeUndefined();
  }
});
