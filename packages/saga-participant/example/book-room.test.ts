import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rejected } from "saga-core";
import { sampleAttempt } from "saga-core/testing";
import { answering, ScriptedParticipant } from "saga-participant/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BookRoom } from "./book-room.ts";

let hotel: ScriptedParticipant;
let bookRoom: BookRoom;

beforeEach(async () => {
  hotel = await ScriptedParticipant.start();
  bookRoom = new BookRoom(hotel.url);
});
afterEach(async () => {
  await bookRoom.participant.close();
  await hotel.stop();
});

describe("the README's example", () => {
  it("is this file", () => {
    const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
    expect(readme).toContain(`\`\`\`ts\n${readFileSync(join(import.meta.dirname, "book-room.ts"), "utf8")}\`\`\`\n`);
  });

  it("books a room, and is refused when the hotel is full", async () => {
    const stay = { traveller: "Ada", nights: 2 };
    hotel.answer = answering({ status: 201, body: { room_id: 7 } });
    expect(await bookRoom.run(stay, sampleAttempt())).toEqual({ outcome: "done", result: { room_id: 7 } });
    hotel.answer = answering({ status: 409, body: { error: "full" } });
    expect(await bookRoom.run(stay, sampleAttempt())).toEqual(rejected("409 full"));
  });

  it("frees the room, also one that is not booked", async () => {
    const attempt = sampleAttempt();
    hotel.answer = answering({ status: 204 });
    expect((await bookRoom.rollback({ room_id: 7 }, attempt)).outcome).toBe("done");
    hotel.answer = answering({ status: 404, body: { error: "not booked" } });
    expect((await bookRoom.rollback({ room_id: 7 }, attempt)).outcome).toBe("done");
    hotel.answer = answering({ status: 404, body: "<title>nothing here</title>" });
    expect((await bookRoom.rollback({ room_id: 7 }, attempt)).outcome).toBe("unavailable");
  });
});
