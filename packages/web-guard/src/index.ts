export { isFromAnotherSite, originProblem, type RequestSource } from "./another-site.ts";
export { hostPatternProblem, servedHosts } from "./served-hosts.ts";
