import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import { z } from "zod";

const metadata = z.strictObject({ name: z.string(), labels: z.record(z.string(), z.string()) });
const probe = z.strictObject({
  httpGet: z.strictObject({ path: z.string(), port: z.string() }),
  periodSeconds: z.int(),
  timeoutSeconds: z.int(),
  failureThreshold: z.int(),
});

const claim = z.strictObject({
  apiVersion: z.literal("v1"),
  kind: z.literal("PersistentVolumeClaim"),
  metadata,
  spec: z.strictObject({
    accessModes: z.array(z.string()),
    resources: z.strictObject({ requests: z.strictObject({ storage: z.string() }) }),
  }),
});

const container = z.strictObject({
  name: z.string(),
  image: z.string(),
  imagePullPolicy: z.literal("IfNotPresent"),
  ports: z.array(z.strictObject({ name: z.string(), containerPort: z.int() })),
  env: z.array(z.strictObject({ name: z.string(), value: z.string("must be a text, in quotes") })),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
  resources: z.strictObject({
    requests: z.strictObject({ cpu: z.string(), memory: z.string() }),
    limits: z.strictObject({ cpu: z.string(), memory: z.string() }),
  }),
  securityContext: z.strictObject({
    readOnlyRootFilesystem: z.boolean(),
    allowPrivilegeEscalation: z.boolean(),
    capabilities: z.strictObject({ drop: z.array(z.string()) }),
  }),
  volumeMounts: z.tuple([
    z.strictObject({ name: z.literal("journal"), mountPath: z.string() }),
    z.strictObject({ name: z.literal("tokens"), mountPath: z.string(), readOnly: z.literal(true) }),
  ]),
});

const deployment = z.strictObject({
  apiVersion: z.literal("apps/v1"),
  kind: z.literal("Deployment"),
  metadata,
  spec: z.strictObject({
    replicas: z.int(),
    strategy: z.strictObject({ type: z.string() }),
    selector: z.strictObject({ matchLabels: z.record(z.string(), z.string()) }),
    template: z.strictObject({
      metadata: z.strictObject({ labels: z.record(z.string(), z.string()) }),
      spec: z.strictObject({
        automountServiceAccountToken: z.literal(false),
        enableServiceLinks: z.literal(false),
        terminationGracePeriodSeconds: z.int(),
        securityContext: z.strictObject({
          runAsNonRoot: z.boolean(),
          runAsUser: z.int(),
          runAsGroup: z.int(),
          fsGroup: z.int(),
          fsGroupChangePolicy: z.literal("OnRootMismatch"),
          seccompProfile: z.strictObject({ type: z.literal("RuntimeDefault") }),
        }),
        containers: z.tuple([container]),
        volumes: z.tuple([
          z.strictObject({ name: z.literal("journal"), persistentVolumeClaim: z.strictObject({ claimName: z.string() }) }),
          z.strictObject({
            name: z.literal("tokens"),
            secret: z.strictObject({ secretName: z.string(), defaultMode: z.int() }),
          }),
        ]),
      }),
    }),
  }),
});

const service = z.strictObject({
  apiVersion: z.literal("v1"),
  kind: z.literal("Service"),
  metadata,
  spec: z.strictObject({
    selector: z.record(z.string(), z.string()),
    ports: z.array(z.strictObject({ name: z.string(), port: z.int(), targetPort: z.string() })),
  }),
});

const manifest = z.tuple([claim, deployment, service]);

/**
 * Reads the manifest: a claim, a Deployment and a Service.
 *
 * @throws Error where it is no YAML, or has a member that it need not have: a misspelt one, for example.
 */
export function readManifest(path: string) {
  const documents = parseAllDocuments(readFileSync(path, "utf8"), { version: "1.1" });
  for (const { errors } of documents) for (const error of errors) throw error;
  const [ofJournal, ofPod, ofClients] = manifest.parse(documents.map((document): unknown => document.toJS()));
  return { claim: ofJournal, deployment: ofPod, service: ofClients };
}
