// Starts what a page can do beyond plain forms and links. Without script every page still works.
import { start as startSwap } from "./swap.js";
import { start as startEvents } from "./events.js";
import { start as startScan } from "./scan.js";
import { start as startKeys } from "./keys.js";
import { start as startDrafts } from "./drafts.js";
import { start as startPhotos } from "./photo.js";

startSwap();
startEvents();
startScan();
startKeys();
startDrafts();
startPhotos();
