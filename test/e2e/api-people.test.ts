import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, organiserOf, settled, startApi } from "./api-server.ts";
import { sampleFolder } from "./samples.ts";

interface Person {
  readonly id: string;
  readonly name: string | null;
  readonly faces: number;
  readonly photos: number;
}

describe("what the organiser says about people", { timeout: 120_000 }, () => {
  let server: Awaited<ReturnType<typeof startApi>>;
  let organiser: Client;
  let samples: string;
  let id: string;
  let event: string;

  beforeAll(async () => {
    samples = await sampleFolder();
    server = await startApi();
    organiser = await organiserOf(server);
    ({ id } = (await organiser.json("POST", "/api/events", { name: "Party" })).body);
    event = `/api/events/${id}`;
    await organiser.upload(
      `${event}/photos`,
      [1, 2, 3, 4].map((number) => join(samples, `sample${number}.jpg`)),
    );
    await settled(organiser, id);
  }, 120_000);

  afterAll(() => server.close());

  const people = async (): Promise<Person[]> => (await organiser.get(`${event}/people?limit=500`)).people;
  const person = async (personId: string) => (await people()).find((one) => one.id === personId);
  const facesOf = async (personId: string): Promise<{ id: string }[]> =>
    (await organiser.get(`${event}/people/${personId}/faces`)).faces;
  const undo = async (actionId: string) => await organiser.json("POST", `${event}/actions/${actionId}/undo`);

  /** Brings a photo in, so that all faces are grouped again. */
  let uploads = 0;
  const regroup = async () => {
    const number = 5 + (uploads++ % 2);
    const path = join(samples, `sample${number}.jpg`);
    const { body } = await organiser.upload(`${event}/photos`, [path]);
    await settled(organiser, id);
    return async () => {
      await organiser.json("DELETE", `${event}/photos/${body.results[0].photoId}`);
      await settled(organiser, id);
    };
  };

  it("hears of each face in a photo how sure it is whose it is, where there are others to compare with", async () => {
    const [often, ...others] = await people();
    const once = others.find(({ faces }) => faces === 1);
    const confidenceOf = async (personId: string | undefined) => {
      const { faces } = await organiser.get(`${event}/people/${personId}/faces`);
      const found = await organiser.get(`${event}/photos/${faces[0].photoId}/faces`);
      return found.faces.find(({ face }: { face: { id: string } }) => face.id === faces[0].id).confidence;
    };
    expect(often?.photos).toBeGreaterThan(1);
    expect(await confidenceOf(often?.id)).toBeGreaterThan(0.9);
    expect(await confidenceOf(once?.id)).toBeNull();
  });

  it("names somebody, keeps the name when faces are grouped again, and takes it back", async () => {
    const [first] = await people();
    const { status, body } = await organiser.json("PATCH", `${event}/people/${first?.id}`, { name: " Ann " });
    expect(status).toBe(200);
    expect((await person(first?.id ?? ""))?.name).toBe("Ann");
    const back = await regroup();
    expect((await person(first?.id ?? ""))?.name).toBe("Ann");
    await back();
    expect((await undo(body.actionId)).status).toBe(204);
    expect((await person(first?.id ?? ""))?.name).toBeNull();
    expect((await undo(body.actionId)).body.code).toBe("ACTION_UNKNOWN");
    expect((await organiser.json("PATCH", `${event}/people/${first?.id}`, { name: "\u0007" })).body.code).toBe(
      "PERSON_NAME_INVALID",
    );
  });

  it("takes decisions back in any order, and brings back only what stands", async () => {
    const before = await people();
    const [first, other] = before;
    const rename = async (name: string) =>
      (await organiser.json("PATCH", `${event}/people/${first?.id}`, { name })).body.actionId;
    const [ann, bob] = [await rename("Ann"), await rename("Bob")];
    await undo(ann);
    expect((await person(first?.id ?? ""))?.name).toBe("Bob");
    await undo(bob);
    expect((await person(first?.id ?? ""))?.name).toBeNull();

    const [face] = await facesOf(first?.id ?? "");
    const move = async (to: string | null) =>
      (await organiser.json("POST", `${event}/faces/move`, { faceIds: [face?.id], to })).body.actionId;
    const [toOther, toNobody] = [await move(other?.id ?? ""), await move(null)];
    await undo(toOther);
    await undo(toNobody);
    await settled(organiser, id);
    // In between nobody had said who the others of that person were, so they may have followed, and have another id by now.
    const withoutIds = (some: readonly Person[]) => some.map(({ id: _, ...rest }) => rest);
    expect(withoutIds(await people())).toEqual(withoutIds(before));
  });

  it("merges people for good, and parts them again on undo", async () => {
    const before = await people();
    const [into, ...rest] = before;
    const other = rest.at(-1);
    const { body } = await organiser.json("POST", `${event}/people/merge`, { into: into?.id, from: [other?.id] });
    expect(body.personId).toBe(into?.id);
    const together = (into?.faces ?? 0) + (other?.faces ?? 0);
    expect((await person(into?.id ?? ""))?.faces).toBe(together);
    expect(await person(other?.id ?? "")).toBeUndefined();
    const back = await regroup();
    expect((await person(into?.id ?? ""))?.faces).toBe(together);
    await back();
    await undo(body.actionId);
    await settled(organiser, id);
    expect(await people()).toEqual(before);
    const self = await organiser.json("POST", `${event}/people/merge`, { into: into?.id, from: [into?.id] });
    expect(self.body.code).toBe("PEOPLE_SAME");
  });

  it("splits a person, and keeps the two apart when faces are grouped again", async () => {
    const before = await people();
    const [first] = before;
    const faces = await facesOf(first?.id ?? "");
    const faceIds = [faces[0]?.id];
    const { body } = await organiser.json("POST", `${event}/people/${first?.id}/split`, { faceIds });
    expect((await facesOf(body.personId)).map((face) => face.id)).toEqual(faceIds);
    const back = await regroup();
    expect((await facesOf(body.personId)).map((face) => face.id)).toEqual(faceIds);
    expect((await facesOf(first?.id ?? "")).map((face) => face.id)).toEqual(faces.slice(1).map((face) => face.id));
    await back();
    await undo(body.actionId);
    await settled(organiser, id);
    expect(await people()).toEqual(before);
  });

  it("says that a face is not of a person, and it does not come back", async () => {
    const before = await people();
    const [first] = before;
    const [best, ...others] = await facesOf(first?.id ?? "");
    const { body } = await organiser.json("POST", `${event}/people/${first?.id}/not-this-person`, {
      faceIds: others.map((face) => face.id),
    });
    expect(await facesOf(first?.id ?? "")).toEqual([best]);
    const back = await regroup();
    expect(await facesOf(first?.id ?? "")).toEqual([best]);
    await back();
    await undo(body.actionId);
    await settled(organiser, id);
    expect(await people()).toEqual(before);
  });

  it("moves a face to somebody, and ignores a person", async () => {
    const before = await people();
    const [first, second] = before;
    const [face] = await facesOf(second?.id ?? "");
    const moved = await organiser.json("POST", `${event}/faces/move`, { faceIds: [face?.id], to: first?.id });
    expect((await facesOf(first?.id ?? "")).map((one) => one.id)).toContain(face?.id);
    const ignored = await organiser.json("POST", `${event}/people/${second?.id}/ignore`);
    await settled(organiser, id);
    expect(await person(second?.id ?? "")).toBeUndefined();
    expect((await facesOf(first?.id ?? "")).map((one) => one.id)).toContain(face?.id);
    await undo(ignored.body.actionId);
    await undo(moved.body.actionId);
    await settled(organiser, id);
    expect(await people()).toEqual(before);
    const { actions } = await organiser.get(`${event}/actions`);
    const kinds = actions.map(({ kind }: { kind: string }) => kind);
    expect(kinds.slice(0, 5)).toEqual(["ignore", "move", "not-this-person", "split", "merge"]);
    expect([actions[1].faceId, actions[1].names]).toEqual([face?.id, []]);
  });

  it("moves a face to somebody new, and those who resemble it stay", async () => {
    const before = await people();
    const [first] = before;
    const [face, ...rest] = await facesOf(first?.id ?? "");
    const { body } = await organiser.json("POST", `${event}/faces/move`, { faceIds: [face?.id], to: null });
    await settled(organiser, id);
    expect(await facesOf(body.personId)).toMatchObject([{ id: face?.id }]);
    expect(await facesOf(first?.id ?? "")).toEqual(rest);
    await undo(body.actionId);
    await settled(organiser, id);
    expect(await people()).toEqual(before);
  });

  it("is shown by the face that was chosen, and an event by the photo", async () => {
    const [first] = await people();
    const { faces } = await organiser.get(`${event}/people/${first?.id}/faces`);
    const { photoId } = faces.at(-1);
    const cover = async (body: object) => await organiser.json("PUT", `${event}/people/${first?.id}/cover`, body);
    expect((await cover({ photoId })).status).toBe(204);
    expect((await organiser.get(`${event}/people/${first?.id}`)).cover.photoId).toBe(photoId);
    expect((await cover({ photoId: null })).status).toBe(204);
    expect((await organiser.get(`${event}/people/${first?.id}`)).cover.id).toBe(faces[0].id);
    const { photos } = await organiser.get(`${event}/photos`);
    for (const { id: coverPhotoId } of photos) {
      expect((await organiser.json("PATCH", event, { coverPhotoId })).body).toMatchObject({ coverPhotoId });
    }
    const elsewhere = await organiser.json("PATCH", event, { coverPhotoId: "0".repeat(16) });
    expect(elsewhere.body.code).toBe("PHOTO_UNKNOWN");
  });

  it("erases a person, gives a receipt, and does not bring them back when photos are looked at again", async () => {
    const photo = join(samples, "sample3.jpg");
    const { body: found } = await organiser.upload(`${event}/searches`, [photo]);
    const wanted = await person(found.person.id);
    const [face] = await facesOf(found.person.id);
    await organiser.fetch("GET", `${event}/faces/${face?.id}/crop`);
    const { body: receipt } = await organiser.json("DELETE", `${event}/people/${found.person.id}`);
    expect(receipt).toMatchObject({ personId: wanted?.id, faces: wanted?.faces, photos: wanted?.photos });
    expect((await organiser.json("GET", `${event}/people/${wanted?.id}`)).body.code).toBe("PERSON_UNKNOWN");
    expect((await organiser.fetch("GET", `${event}/faces/${face?.id}/crop`)).status).toBe(404);
    const { photos } = await organiser.get(`${event}/photos`);
    const { id: photoId } = photos.find(({ name }: { name: string }) => name === "sample3.jpg");
    await organiser.json("DELETE", `${event}/photos/${photoId}`);
    await organiser.upload(`${event}/photos`, [photo]);
    await settled(organiser, id);
    expect((await organiser.get(`${event}/photos/${photoId}`)).foundFaces).toHaveLength(2);
    // Somebody who resembles her may be found, but she would be without any doubt: it is the same photo.
    const { body: again } = await organiser.upload(`${event}/searches`, [photo]);
    for (const { similarity } of again.matches) expect(similarity).toBeLessThan(0.6);
  });

  it("erases a person who is ignored, whom no search finds then", async () => {
    const [ignored] = await people();
    const { faces } = await organiser.get(`${event}/people/${ignored?.id}/faces`);
    const { actionId } = (await organiser.json("POST", `${event}/people/${ignored?.id}/ignore`)).body;
    await settled(organiser, id);
    expect((await organiser.fetch("GET", `${event}/faces/${faces[0].id}/crop`)).status).toBe(200);
    const { status, body: receipt } = await organiser.json("DELETE", `${event}/people/${ignored?.id}`);
    expect([status, receipt.faces]).toEqual([200, faces.length]);
    expect((await organiser.fetch("GET", `${event}/faces/${faces[0].id}/crop`)).status).toBe(404);
    await undo(actionId);
    await settled(organiser, id);
    expect(await person(ignored?.id ?? "")).toBeUndefined();
    const { photos } = await organiser.get(`${event}/photos`);
    const { name } = photos.find((one: { id: string }) => one.id === faces[0].photoId);
    const { body: search } = await organiser.upload(`${event}/searches`, [join(samples, name)]);
    expect(search.matches.map(({ face }: { face: { id: string } }) => face.id)).not.toContain(faces[0].id);
    const photo = await organiser.get(`${event}/photos/${faces[0].photoId}/faces`);
    expect(photo.faces.map(({ face }: { face: { id: string } }) => face.id)).not.toContain(faces[0].id);
    expect((await organiser.json("DELETE", `${event}/people/${ignored?.id}`)).body.code).toBe("PERSON_UNKNOWN");
  });
});
