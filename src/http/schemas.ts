export * from "./schemas/access.ts";
export * from "./schemas/common.ts";
export * from "./schemas/events.ts";
export * from "./schemas/people.ts";
export * from "./schemas/photos.ts";
export * from "./schemas/search.ts";
export * from "./schemas/settings.ts";
