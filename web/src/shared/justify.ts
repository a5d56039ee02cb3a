export interface Sized {
  readonly width: number;
  readonly height: number;
}

export interface Row<Item> {
  readonly items: readonly { readonly item: Item; readonly width: number }[];
  readonly height: number;
}

/** Rows as wide as the page, in which every photo keeps its shape; the last row is not stretched. */
export function justify<Item extends Sized>(
  items: readonly Item[],
  { width, rowHeight, gap }: { readonly width: number; readonly rowHeight: number; readonly gap: number },
): Row<Item>[] {
  const rows: Row<Item>[] = [];
  let row: { item: Item; ratio: number }[] = [];
  let ratios = 0;
  const finish = (stretch: boolean) => {
    const room = width - gap * (row.length - 1);
    const height = stretch ? room / ratios : Math.min(rowHeight, room / ratios);
    rows.push({ height, items: row.map(({ item, ratio }) => ({ item, width: Math.floor(ratio * height) })) });
    row = [];
    ratios = 0;
  };
  for (const item of items) {
    const ratio = Math.min(3, Math.max(0.4, item.width > 0 && item.height > 0 ? item.width / item.height : 1.5));
    row.push({ item, ratio });
    ratios += ratio;
    if (ratios * rowHeight + gap * (row.length - 1) >= width) finish(true);
  }
  if (row.length > 0) finish(false);
  return rows;
}
