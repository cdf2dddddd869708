export { NoRestateServer, restateServerBinary } from "./install.ts";
export { freePorts, type NodePorts } from "./node-ports.ts";
export { RestateNode, RestateNodeFailed, type RestateNodeOptions } from "./restate-node.ts";
