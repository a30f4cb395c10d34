// The dictionary with which SPDY/3 compresses headers: a constant of the protocol, so it is spelled out here.
// It is a list of words, each behind its length in four bytes, and a tail of loose text.

const WORDS = [
  'options,head,post,put,delete,trace,accept,accept-charset,accept-encoding,accept-language',
  'accept-ranges,age,allow,authorization,cache-control,connection,content-base',
  'content-encoding,content-language,content-length,content-location,content-md5',
  'content-range,content-type,date,etag,expect,expires,from,host,if-match,if-modified-since',
  'if-none-match,if-range,if-unmodified-since,last-modified,location,max-forwards,pragma',
  'proxy-authenticate,proxy-authorization,range,referer,retry-after,server,te,trailer',
  'transfer-encoding,upgrade,user-agent,vary,via,warning,www-authenticate,method,get,status',
  '200 OK,version,HTTP/1.1,url,public,set-cookie,keep-alive,origin',
].join(',');

const TAIL = [
  '10010120120220520630030230330430530630740240540640740840941041141241341441541641750250450520',
  '3 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unautho',
  'rized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 Service Unava',
  'ilableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat',
  ', Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+',
  'xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=is',
  'o-8859-1,utf-,*,enq=0.',
].join('');

/** The 1,423 bytes that zlib is primed with on both sides. */
export const SPDY_DICTIONARY: Buffer = Buffer.concat([
  ...WORDS.split(',').map((word) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(word.length);
    return Buffer.concat([length, Buffer.from(word, 'latin1')]);
  }),
  Buffer.from(TAIL, 'latin1'),
]);
