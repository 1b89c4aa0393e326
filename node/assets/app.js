// Starts what a page can do beyond plain forms and links. Without script every page still works.
import * as swap from "./swap.js";
import * as events from "./events.js";
import * as scan from "./scan.js";
import * as keys from "./keys.js";
import * as drafts from "./drafts.js";
import * as photo from "./photo.js";

for (const part of [swap, events, scan, keys, drafts, photo]) part.start();
