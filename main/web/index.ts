/** What both shells hand out: the files of the built interface and the headers around them. */
export { encodeFile, fileHeaders, securityHeaders } from './headers.ts';
export { loadSite, type Site } from './site.ts';
