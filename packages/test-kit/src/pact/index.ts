export {
  asParameters,
  type ContractRequest,
  type Interaction,
  idFrom,
  type Pact,
  pactBetween,
  pathFrom,
  type State,
} from "./interaction.ts";
export { aboutTheKey, answered, freshKey, oweFirstAnswer, withKey } from "./keyed.ts";
