import { expect, it } from "vitest";
import { disposition } from "./send-file.ts";

it("names a file so that it lands in no other folder, and in every script", () => {
  expect(disposition("a/../b\\c\n.zip")).toBe(`attachment; filename="a_.._b_c_.zip"; filename*=UTF-8''a_.._b_c_.zip`);
  expect(disposition('Ann "A" Żółć.jpg')).toContain("filename*=UTF-8''Ann%20%22A%22%20%C5%BB%C3%B3%C5%82%C4%87.jpg");
});
