import { expect, it } from "vitest";
import { isOnlyHere } from "../web/src/organiser/loopback-address.ts";

it.each([
  "http://localhost:8080",
  "http://LOCALHOST",
  "http://rollcall.localhost:8080",
  "http://127.0.0.1:8080/g#secret",
  "http://127.8.0.1",
  "http://[::1]:8080",
])("tells that no phone can open %s", (url) => {
  expect(isOnlyHere(url)).toBe(true);
});

it.each([
  "http://192.168.1.20:8080",
  "http://[fe80::1]:8080",
  "https://photos.example.org/g#localhost",
  "https://localhost.example.org",
  "http://127.example.org",
])("lets %s be", (url) => {
  expect(isOnlyHere(url)).toBe(false);
});
