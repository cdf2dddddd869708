import { expect, it } from "vitest";
import { changelogOf, releasedPage } from "./changelog.ts";

const page =
  "# Upgrading\n\nWhat to do.\n\n## Unreleased\n\n- **Authors:** a [step](own-saga.md#step) may wait.\n\n## 0.1.0\n\n- The first.\n";

it("is the section of the version, without links that lead nowhere from there", () => {
  expect(changelogOf(page, "0.1.0")).toBe("# 0.1.0\n\n- The first.\n");
});

it("is what is not released yet, for a version that has no section", () => {
  expect(changelogOf(page, "0.2.0")).toBe("# 0.2.0\n\n- **Authors:** a step may wait.\n");
  expect(() => changelogOf("# Upgrading\n", "0.2.0")).toThrow('nothing under "## 0.2.0"');
});

it("keeps every line when a version is released, under that version, and begins a new section", () => {
  const released = releasedPage(page, "0.2.0");
  expect(changelogOf(released, "0.2.0")).toBe(changelogOf(page, "0.2.0"));
  expect(changelogOf(released, "0.1.0")).toBe(changelogOf(page, "0.1.0"));
  expect(changelogOf(released, "0.3.0")).toBe("# 0.3.0\n\nNothing yet.\n");
  expect(() => releasedPage(released, "0.2.0")).toThrow("already");
});
