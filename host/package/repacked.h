/* Packages that did not stay in the ZIP that was exported: one that another program packed again
 * (Explorer, Finder, zip, 7z, a mail gateway), and a folder of their files.
 *
 * Such a ZIP may be deflated, have ZIP64's fields, data descriptors, folders of their own, other
 * times and owners. It may not be what two programs could see differently: the files still lie end
 * to end, from the first byte to the directory and to the end; local headers, descriptors and
 * directory say the same; and where a reader from the front would have to search for a file's end,
 * there is nothing that it could take for it. Links, ciphers and names said in two ways are
 * refused. Everything is counted before it is believed: memory does not grow with what a ZIP
 * claims. */
#ifndef CL_REPACKED_H
#define CL_REPACKED_H

#include "package/zip.h"

/* Its plain files, folders left out, by their whole names, which may be any. CL_MALFORMED,
 * CL_PACKAGE_UNSAFE, CL_PACKAGE_LIMIT, CL_IO, CL_NO_MEMORY; then *flaw says more. */
CL_MUST_USE enum cl_err cl_repacked_read(const struct cl_source *source, struct cl_zip *ret_zip,
                                         struct cl_flaw *flaw);
/* The plain files below a folder, by their names from there on. The same errors. */
CL_MUST_USE enum cl_err cl_folder_read(int fd, struct cl_zip *ret_zip, struct cl_flaw *flaw);

/* Is it one of those that systems put beside others' files (__MACOSX, ._*, .DS_Store, Thumbs.db,
 * desktop.ini …) or that VERIFY.txt has its reader save (check.py, ROOT.pem)? */
CL_MUST_USE bool cl_repacked_is_foreign(const char *name);
/* Of files with any names: leave those out, find the folder that the package is, wherever it lies
 * and whatever it is called, and take the names from there on. Then the names are held to a
 * package's own. *ret_left_out counts the others; *ret_length bytes of path stand in front of each
 * name, and stay there. */
CL_MUST_USE enum cl_err cl_repacked_root(struct cl_zip *zip, size_t *ret_length,
                                         size_t *ret_left_out, struct cl_flaw *flaw);
/* Is it a ZIP that holds one other ZIP and nothing else that counts? Then which file that is. */
CL_MUST_USE bool cl_repacked_nested(const struct cl_zip *zip, size_t *ret_i);

#endif
