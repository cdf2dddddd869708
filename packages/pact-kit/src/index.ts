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
export { answered, freshKey, oweFirstAnswer, withKey } from "./keyed.ts";
