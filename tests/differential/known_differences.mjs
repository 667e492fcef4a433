// Differences that are the peers', each with the reason. Where the documentation of DynamoDB says who is
// right, the reason names it; "Guide" is the developer guide, "API" the API reference. The stage
// `differential` fails at any other difference, and at an entry that it does not meet any more: an entry
// that the random requests of its seed do not meet has a case in examples.json.
//
// The first entry that fits is taken, so what fits many differences comes last.
import './known_local.mjs';
import './known_refusals.mjs';
import './known_answers.mjs';
import './known_orders.mjs';

export { known } from './known.mjs';
