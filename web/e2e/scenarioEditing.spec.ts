/** The scenario as forms, as JSON and as files, and back again. */
import { readFile } from "node:fs/promises";
import { expect, test } from "./test.ts";

const even = {
  name: "even source",
  clusters: { egress1: { endpoints: ["10.1.0.11:8080"] } },
  connections: [{ source: "10.0.0.2:1000", destination: "203.0.113.10:443" }],
};

test.describe("as JSON", () => {
  test("form and JSON show the same scenario", async ({ playground, context }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await playground.open();
    await playground.field("Source").fill("10.7.7.7:7");
    await playground.editAs("JSON");
    await expect(playground.json).toContainText('"source": "10.7.7.7:7"');
    await playground.screenshot("json");

    await playground.json.fill(JSON.stringify(even));
    await expect(playground.outcome).toContainText("10.0.0.2:1000 goes to egress1");
    await expect(playground.jsonProblems).toBeHidden();
    // The layout that was typed stays while the editor is open.
    expect(await playground.jsonText()).toBe(JSON.stringify(even));
    await playground.editAs("Form");
    await expect(playground.field("Source")).toHaveValue("10.0.0.2:1000");
    await playground.editAs("JSON");
    expect(JSON.parse(await playground.jsonText())).toEqual(even);
  });

  test("a syntax error is marked at its line and keeps text and run", async ({ playground }) => {
    await playground.open();
    await playground.editAs("JSON");
    const broken = '{\n  "clusters": {},\n  "connections": [},\n}';
    await playground.json.fill(broken);
    await expect(playground.jsonProblems).toContainText("Line 3: A value is expected here");
    await expect(playground.outcome).toContainText("10.0.0.42:51324 goes to egress1");
    await expect(playground.runState).toContainText("Showing the last run");
    await playground.screenshot("json-syntax-error");

    // The form has none of it to show, and says so; the text is there again.
    await playground.editAs("Form");
    const notice = playground.page.getByRole("region", { name: "The JSON is no scenario yet" });
    await expect(notice).toContainText("Line 3: A value is expected here");
    await playground.screenshot("json-unread");
    await notice.getByRole("button", { name: "Mend the JSON" }).click();
    await expect(playground.json).toContainText('"connections": [}');
    await playground.button("Back to it").click();
    await expect(playground.json).toContainText('"source": "10.0.0.42:51324"');
    await expect(playground.jsonProblems).toBeHidden();
  });

  test("an invalid scenario names path and remedy, and leads to the place", async ({
    playground,
  }) => {
    await playground.open();
    await playground.editAs("JSON");
    const text = JSON.stringify({ ...even, conections: 1, seed: -1 }, null, 2);
    await playground.json.fill(text);
    await expect(playground.jsonProblems).toContainText(
      'Line 16 $.conections: Unknown field; did you mean "connections"?',
    );
    await expect(playground.jsonProblems).toContainText(
      "Line 17 $.seed: Must be a whole number from 0 to 4294967295",
    );
    await playground.screenshot("json-invalid");
    await playground.jsonProblems.getByRole("button", { name: "Line 17" }).click();
    await expect(playground.json).toBeFocused();
    await playground.press("Shift+End");
    await playground.page.keyboard.type("5");
    await expect(playground.jsonProblems).not.toContainText("$.seed");
  });

  test("an error of the form is marked in the JSON, and mended there", async ({ playground }) => {
    await playground.open();
    await playground.field("Source").fill("nowhere");
    await expect(playground.field("Source")).toHaveAttribute("aria-invalid", "true");
    await playground.editAs("JSON");
    await expect(playground.jsonProblems).toContainText("$.connections[0].source: Not an IP");
    await playground.editAs("Form");
    await expect(playground.field("Source")).toHaveValue("nowhere");
  });

  test("the schema completes names and values", async ({ playground }) => {
    await playground.open();
    await playground.editAs("JSON");
    await playground.json.fill('{"clusters": {"egress1": {"endpoints": [], }}}');
    await playground.press("ArrowLeft", "ArrowLeft", "ArrowLeft");
    await playground.page.keyboard.type('"');
    const list = playground.page.getByRole("listbox");
    await expect(list).toContainText('"connectTimeout"');
    await playground.screenshot("json-completion");
    await playground.page.keyboard.type("conn");
    await expect(list.getByRole("option")).toHaveCount(2);
    await playground.press("Enter");
    await expect(playground.json).toContainText('"connect": ""');
    await playground.press("Control+ ");
    await expect(list).toContainText('"refuse"');
  });
});

test.describe("undo and redo", () => {
  test("take back every kind of change, typing in one field as one step", async ({
    playground,
  }) => {
    await playground.open();
    const source = playground.field("Source");
    await source.fill("");
    await source.pressSequentially("10.0.0.5:5");
    await playground.field("On failure").selectOption("FAIL_OPEN");
    await playground.button("Add a connection").click();
    await playground.preset("Istio cluster names").click();
    await playground.leaveFields();

    await playground.press("Control+z");
    await expect(playground.connections).toHaveCount(3);
    await playground.press("Control+z");
    await expect(playground.connections).toHaveCount(2);
    await playground.press("Control+z");
    await expect(playground.field("On failure")).toHaveValue("FAIL_CLOSED");
    await expect(source).toHaveValue("10.0.0.5:5");
    await playground.press("Control+z");
    await expect(source).toHaveValue("10.0.0.42:51324");
    await expect(playground.button("Undo")).toHaveAttribute("aria-disabled", "true");

    await playground.press("Control+Shift+Z", "Control+y");
    await expect(playground.field("On failure")).toHaveValue("FAIL_OPEN");
    await playground.button("Redo").click();
    await playground.button("Redo").click();
    await expect(playground.preset("Istio cluster names")).toHaveAttribute("aria-pressed", "true");
    await expect(playground.outcome).toContainText("egress1");
    // Another change ends what could be redone.
    await playground.button("Undo").click();
    await playground.button("Remove the selected connection").click();
    await expect(playground.button("Redo")).toHaveAttribute("aria-disabled", "true");
  });

  test("inside a text field, the field undoes its own typing", async ({ playground }) => {
    await playground.open();
    await playground.field("On failure").selectOption("FAIL_OPEN");
    const sni = playground.field("SNI");
    await sni.pressSequentially("abc");
    await playground.press("Control+z");
    await expect(sni).not.toHaveValue("abc");
    await expect(playground.field("On failure")).toHaveValue("FAIL_OPEN");
  });
});

test.describe("files", () => {
  test("what is saved is what is opened", async ({ playground }) => {
    await playground.open();
    await playground.field("Source").fill("10.0.0.9:9");
    await playground.button(/^Files$/).click();
    const [download] = await Promise.all([
      playground.page.waitForEvent("download"),
      playground.button("Save as a file").click(),
    ]);
    expect(download.suggestedFilename()).toBe("scenario.json");
    const saved = await readFile(await download.path(), "utf8");
    expect(JSON.parse(saved).connections[0].source).toBe("10.0.0.9:9");

    await playground.preset("IPv6 source").click();
    await playground.chooseScenario("mine.json", saved);
    await expect(playground.notice).toHaveText("mine.json is the scenario now.");
    await expect(playground.outcome).toContainText("10.0.0.9:9 goes to egress2");
    await playground.screenshot("files");
  });

  test("a .json that is dropped anywhere becomes the scenario", async ({ playground }) => {
    await playground.open();
    const json = Buffer.from(JSON.stringify(even));
    await playground.hold("even.json", json, playground.timeline);
    await playground.drop();
    await expect(playground.outcome).toContainText("10.0.0.2:1000 goes to egress1");
    await playground.button("Undo").click();
    await expect(playground.outcome).toContainText("10.0.0.42:51324 goes to egress1");
  });

  for (const [name, content, said] of [
    ["cut.json", '{"clusters": {', /^cut\.json is no scenario yet: line 1: a field name/],
    [
      "other.json",
      '{"compilerOptions": {}}',
      /^other\.json is no scenario yet: \$\.clusters: is required\. Example: .+ \(and 2 more\)\./,
    ],
    ["null.json", "null", /^null\.json is no scenario yet: \$: must be an object, not null/],
  ] as const) {
    test(`${name} opens as text with its errors, and the scenario stays`, async ({
      playground,
    }) => {
      await playground.open();
      await playground.chooseScenario(name, content);
      await expect(playground.notice).toHaveText(said);
      await expect(playground.json).toContainText(content.slice(0, 20));
      await expect(playground.jsonProblems).toContainText("Line 1");
      await expect(playground.outcome).toContainText("10.0.0.42:51324 goes to egress1");
      await playground.button("Back to it").click();
      await playground.editAs("Form");
      await expect(playground.field("Source")).toHaveValue("10.0.0.42:51324");
    });
  }

  test("files that are no text or too large are refused by name", async ({ playground }) => {
    await playground.open();
    await playground.choose("picture.json", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff]));
    await expect(playground.notice).toHaveText(
      "picture.json is no text in UTF-8 (byte 1, 0x89, is none), so it is no scenario. The scenario stays.",
    );
    await playground.dropSize("huge.json", 5 * 1024 * 1024);
    await expect(playground.notice).toHaveText(
      "huge.json has 5.0 MiB. The limit for scenarios is 4 MiB here. The scenario stays.",
    );
    await expect(playground.outcome).toContainText("10.0.0.42:51324 goes to egress1");
  });
});

test.describe("recent work", () => {
  test("comes back without a link, and earlier work is in the list", async ({ playground }) => {
    await playground.open();
    await playground.field("Source").fill("10.1.1.1:11");
    await expect(playground.outcome).toContainText("10.1.1.1:11 goes");
    await expect(playground.page).toHaveURL(/#s=/);
    await playground.preset("IPv6 source").click();
    await playground.field("Source").fill("[2001:db8::99]:99");
    await expect(playground.outcome).toContainText("[2001:db8::99]:99 goes");
    await playground.settle();

    await playground.page.goto("about:blank");
    await playground.open();
    await expect(playground.outcome).toContainText("[2001:db8::99]:99 goes to egress2");
    await playground.button(/^Files$/).click();
    await playground.page.getByRole("button", { name: "10.1.1.1:11 and 1 more" }).click();
    await expect(playground.outcome).toContainText("10.1.1.1:11 goes to egress2");
  });

  for (const stored of ["{", "5", "[5]", '[{"connections": 1}]', '"x"']) {
    test(`a store that holds ${stored} does no harm`, async ({ playground }) => {
      await playground.page.addInitScript((value) => {
        localStorage.setItem("wasmerang.scenarios", value);
      }, stored);
      await playground.open();
      await expect(playground.outcome).toContainText("10.0.0.42:51324 goes to egress1");
      await playground.button(/^Files$/).click();
      await expect(playground.button("Save as a file")).toBeVisible();
    });
  }
});

test.describe("rare fields", () => {
  test("steps one by one, as text and as raw bytes", async ({ playground, context }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await playground.open();
    await playground.button("Edit each step").click();
    await playground.field("Bytes of step 1").fill("hello");
    await playground.field("Form of the bytes of step 1").selectOption("hex");
    await expect(playground.field("Bytes of step 1")).toHaveValue("68 65 6c 6c 6f");
    await playground.field("Bytes of step 1").fill("00 f");
    await expect(playground.field("Bytes of step 1")).toHaveAttribute("aria-invalid", "true");
    await playground.field("Bytes of step 1").fill("00 ff");
    await playground.field("Delay before step 2").fill("soon");
    await expect(playground.field("Delay before step 2")).toHaveAttribute("aria-invalid", "true");
    await playground.field("Delay before step 2").fill("5ms");
    await playground.field("What happens in step 3").selectOption("serverReset");
    await playground.screenshot("steps");
    await playground.editAs("JSON");
    // The editor draws only the lines in view.
    const { connections } = JSON.parse(await playground.jsonText());
    expect(connections[0].steps).toEqual([
      { downstream: { base64: "AP8=" } },
      { after: "5ms", upstream: expect.stringMatching(/^pong /) },
      { close: "serverReset" },
    ]);
  });

  test("where traffic comes from sets listener and addresses in one step", async ({
    playground,
  }) => {
    await playground.open();
    await playground.button("More settings").click();
    for (const [origin, outcome] of [
      ["Sidecar, outbound", "10.244.1.17:51324 goes to egress2"],
      ["Behind a PROXY protocol load balancer", "198.51.100.7:51324 goes to egress2"],
      ["IPv6", "[2001:db8::2a]:51324 goes to egress1"],
      ["Unix socket", "goes to default"],
    ] as const) {
      await playground.field("Traffic").selectOption(origin);
      await expect(playground.outcome).toContainText(outcome);
    }
    await playground.button("Undo").click();
    await expect(playground.field("Traffic")).toHaveValue("IPv6");
    await playground.screenshot("more-settings");
  });

  test("weights, attempts and clusters' details reach the run", async ({ playground }) => {
    await playground.open();
    await playground.button("More settings").click();
    await playground.field("Attempts").fill("x");
    await expect(playground.field("Attempts")).toHaveAttribute("aria-invalid", "true");
    await playground.field("Attempts").fill("2");
    await playground.field("Lasts at most").fill("0.5ms");
    await expect(playground.field("Lasts at most")).toHaveAttribute("aria-invalid", "true");
    await playground.field("Lasts at most").fill("1m");
    await expect(playground.field("Lasts at most")).toHaveAttribute("aria-invalid", "false");
    await playground.button("Choose by weight").click();
    await playground.field("egress1").fill("9");
    await playground.button("Edit clusters").click();
    await playground.button("More of egress1").click();
    await playground.field("PROXY").selectOption("v2");
    await playground.field("Timeout").fill("2s");
    await playground.screenshot("clusters");
    await playground.editAs("JSON");
    await playground.press("Control+End");
    await expect(playground.outcome).toContainText("10.0.0.42:51324 goes to egress1");
    await playground.editAs("Form");
    await expect(playground.field("Default")).toContainText("weighted clusters");
  });
});

test.describe("the tour", () => {
  test("is taken by keys, in the scenario's own words, and again from help", async ({
    playground,
  }) => {
    await playground.open();
    await playground.button("Take the tour").click();
    const tour = playground.page.getByRole("dialog", { name: "What comes in" });
    await expect(tour).toContainText("10.0.0.42:51324 connects to 203.0.113.10:443");
    await playground.screenshot("tour-1");
    await playground.press("ArrowRight");
    await expect(playground.page.getByRole("dialog", { name: "The answer" })).toContainText(
      "10.0.0.42:51324 goes to egress1",
    );
    await playground.press("ArrowRight", "ArrowRight");
    await playground.screenshot("tour-4");
    await playground.press("ArrowRight", "ArrowRight");
    await expect(playground.page.getByRole("dialog", { name: "Ask more" })).toBeVisible();
    await playground.screenshot("tour-6");
    await playground.press("Escape");
    await expect(playground.page.getByRole("dialog")).toBeHidden();
    await expect(playground.button("Take the tour")).toBeHidden();
    await playground.press("?");
    await playground.button("Take the tour").click();
    await expect(playground.page.getByRole("dialog", { name: "What comes in" })).toBeVisible();
  });

  test("fits narrow screens, one panel at a time", async ({ playground }) => {
    await playground.page.setViewportSize({ width: 390, height: 844 });
    await playground.open();
    await playground.button("Take the tour").click();
    for (let step = 1; step <= 5; step += 1) {
      await playground.screenshot(`tour-390-${step}`);
      expect(await playground.overflow()).toEqual([]);
      await playground.button(/^Next$/).click();
    }
    await playground.button(/^Done$/).click();
  });
});
