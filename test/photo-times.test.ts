import { expect, it } from "vitest";
import { timeBars } from "../web/src/organiser/time-bars.ts";

const at = (time: string, photos = 1) => ({ at: `${time}:00.000Z`, photos });

it("shows a pause between photos as a gap", () => {
  const { unit, bars } = timeBars([at("2026-06-12T18:00", 4), at("2026-06-12T21:00", 2)], "hour", "camera");
  expect(unit).toBe("hour");
  expect(bars.map(({ value }) => value)).toEqual([4, 0, 0, 2]);
  expect(bars[3]?.label).toBe("12 Jun, 21:00");
});

it("takes longer steps for longer events, so that a phone has room for all columns", () => {
  const days = timeBars([at("2026-06-01T09:00"), at("2026-06-01T17:00"), at("2026-06-30T10:00")], "hour", "camera");
  expect(days.unit).toBe("day");
  expect(days.bars).toHaveLength(30);
  expect(days.bars[0]).toEqual({ label: "1 Jun", value: 2 });
  const years = timeBars([at("1998-07-01T00:00"), at("2026-01-01T00:00")], "hour", "camera");
  expect(years.unit).toBe("year");
  expect(years.bars.map(({ label }) => label)).toEqual(Array.from({ length: 29 }, (_, i) => String(1998 + i)));
});

it("has nothing to show without photos", () => {
  expect(timeBars([], "minute", "computer").bars).toEqual([]);
});

it("keeps to a number of columns that can be drawn when a camera's clock was never set", () => {
  expect(timeBars([at("1970-01-01T00:00"), at("2026-06-12T18:00")], "hour", "camera").bars).toHaveLength(57);
});
