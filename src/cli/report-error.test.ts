import { expect, test } from "vitest";
import { RollcallError } from "../domain/errors.ts";
import { errorAsJson } from "./report-error.ts";

test("keeps the code and the words of an error that was foreseen", () => {
  const error = new RollcallError("EVENT_UNKNOWN", "There is no event named x.");
  expect(errorAsJson(error)).toEqual({ code: "EVENT_UNKNOWN", message: "There is no event named x." });
});

test("puts what the system refuses into words, with the path", () => {
  const error = Object.assign(new Error("EACCES: permission denied, open '/x'"), { code: "EACCES", path: "/x" });
  expect(errorAsJson(error)).toEqual({
    code: "EACCES",
    message: "The system refuses access to /x. Check its permissions.",
  });
});

test("admits a fault of its own instead of blaming the file", () => {
  const { code, message } = errorAsJson(new TypeError("x is not a function"));
  expect(code).toBe("INTERNAL");
  expect(message).toMatch(/^x is not a function\nThis is a fault in Rollcall/u);
  expect(errorAsJson("thrown text").code).toBe("INTERNAL");
});
