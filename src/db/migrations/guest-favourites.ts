/** Guests of an open event have favourites among photos that they are not in, too. */
export const guestFavourites = [
  `create table guest_favourites (
    guest_id text not null references guests (id) on delete cascade,
    photo_id text not null,
    primary key (guest_id, photo_id)
  ) strict, without rowid`,
  "insert into guest_favourites select guest_id, photo_id from guest_photos where favourite = 1",
  "alter table guest_photos drop column favourite",
];
