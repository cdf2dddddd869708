import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { imageOf } from "./dockerfile.ts";
import { packageOf, readStages, repository, settingsOf } from "./images.ts";
import { readManifest } from "./kubernetes.ts";

const { claim, deployment, service } = readManifest(join(repository, "deploy/kubernetes.yaml"));
const pod = deployment.spec.template.spec;
const [container] = pod.containers;
const image = imageOf(readStages(), "orchestrator");
const variables = Object.fromEntries(container.env.map(({ name, value }) => [name, value]));

describe("the Kubernetes manifest", () => {
  it("has one pod, which ends before the next one begins, and whose volume no other pod has", () => {
    expect(deployment.spec).toMatchObject({ replicas: 1, strategy: { type: "Recreate" } });
    expect(claim.spec.accessModes).toEqual(["ReadWriteOncePod"]);
    expect(pod.volumes[0].persistentVolumeClaim.claimName).toBe(claim.metadata.name);
    expect(container.volumeMounts[0].mountPath).toBe(image.volumes[0]);
  });

  it("sets only variables that the orchestrator has, to values that it takes", () => {
    expect(settingsOf("orchestrator", { ...image.environment, ...variables }).PORT).toBe(container.ports[0]?.containerPort);
  });

  it("reads the tokens of a secret, which the group of its user may read", () => {
    const [, { mountPath }] = container.volumeMounts;
    expect(variables["AUTH_TOKENS_FILE"]).toBe(`${mountPath}/tokens`);
    expect(mountPath.startsWith("/run/secrets/")).toBe(true);
    expect(pod.volumes[1].secret.defaultMode).toBe(0o440);
    expect("INSECURE" in variables).toBe(false);
  });

  it("keeps the routes of operators on a port of the pod alone, which docs/deploy.md forwards", () => {
    expect(variables["OPERATOR_HOST"]).toBe("127.0.0.1");
    const port = Number(variables["OPERATOR_PORT"]);
    expect([
      ...container.ports.map(({ containerPort }) => containerPort),
      ...service.spec.ports.map((each) => each.port),
    ]).not.toContain(port);
    const page = readFileSync(join(repository, "docs/deploy.md"), "utf8");
    expect(page).toContain(`kubectl port-forward deployment/${deployment.metadata.name} ${port}\n`);
  });

  it("asks the app's own routes, by the name of its port", () => {
    const paths = [container.startupProbe, container.livenessProbe, container.readinessProbe].map(({ httpGet }) => httpGet.path);
    expect(paths).toEqual(["/health/live", "/health/live", "/health/ready"]);
    const named = [...service.spec.ports.map(({ targetPort }) => targetPort), container.startupProbe.httpGet.port];
    expect(new Set(named)).toEqual(new Set(container.ports.map(({ name }) => name)));
    expect(container.ports.map(({ containerPort }) => containerPort)).toEqual(image.ports);
    expect(service.spec.ports.map(({ port }) => port)).toEqual(image.ports);
  });

  it("runs as the user of the image, who may write to the volume and to nothing else", () => {
    const [uid, gid] = image.user.split(":").map(Number);
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: uid, runAsGroup: gid, fsGroup: gid });
    const security = { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
    expect(container.securityContext).toEqual(security);
  });

  it("kills only after the orchestrator has given up", () => {
    const graceMs = Number(variables["SHUTDOWN_GRACE_MS"]);
    expect(pod.terminationGracePeriodSeconds * 1_000).toBeGreaterThanOrEqual(graceMs + 1_000);
  });

  it("selects the pod that it makes, and names the version of the app", () => {
    for (const labels of [deployment.spec.selector.matchLabels, service.spec.selector])
      expect(deployment.spec.template.metadata.labels).toEqual(labels);
    expect(container.image).toBe(`saga-orchestrator:${packageOf("orchestrator").version}`);
  });
});
