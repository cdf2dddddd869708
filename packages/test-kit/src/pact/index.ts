export {
  asParameters,
  type ContractRequest,
  type Interaction,
  type Pact,
  pactBetween,
  parameterFrom,
  pathFrom,
  type State,
  valueFrom,
} from "./interaction.ts";
export { aboutTheKey, answered, freshKey, oweFirstAnswer, withKey } from "./keyed.ts";
