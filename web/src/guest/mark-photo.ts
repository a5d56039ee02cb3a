import { api, tell } from "../shared/api.ts";

/** Says what the guest thinks of a photo. */
export async function markPhoto(
  photoId: string,
  marks: { readonly favourite?: boolean; readonly notMe?: boolean },
): Promise<void> {
  await tell(api.PATCH("/api/guest/photos/{photoId}", { params: { path: { photoId } }, body: marks }));
}
