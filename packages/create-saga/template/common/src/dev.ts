import process from "node:process";
import { fakeTheatre, serveLocally } from "./participant.ts";

// The app, with a fake of its participant in the same process.
const { url } = await serveLocally(fakeTheatre());
process.env["THEATRE_URL"] = url;
await import("./main.ts");
