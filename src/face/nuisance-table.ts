import type { NuisanceTable } from "./nuisance.ts";

// Written by `npm run eval -- nuisance`; explained at `NuisanceTable`.
export const nuisanceTables: readonly NuisanceTable[] = [];
