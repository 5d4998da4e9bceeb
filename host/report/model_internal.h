/* The parts of a report's model, for model*.c alone. */
#ifndef CL_MODEL_INTERNAL_H
#define CL_MODEL_INTERNAL_H

#include "report/model.h"

/* A new event, or NULL in *ret_event when there are enough of them. */
CL_MUST_USE enum cl_err cl_model_new_event(struct cl_model *model, const struct cl_entry *entry,
                                           struct cl_event **ret_event);
void cl_model_free_event(struct cl_event *event);
void cl_model_forget_mail(struct cl_enclosed_file *file);
/* A copy of the text, which may be NULL; and the file, if it is one. */
CL_MUST_USE enum cl_err cl_model_keep(const char *text, char **ret_copy);
void cl_model_keep_file(struct cl_event *event, const struct cl_attachments *list);

/* What an entry of each kind tells; model->findings is what was found of it. */
CL_MUST_USE enum cl_err cl_model_tell_observation(struct cl_model *model,
                                                  const struct cl_entry *entry);
CL_MUST_USE enum cl_err cl_model_tell_document(struct cl_model *model,
                                               const struct cl_entry *entry);
CL_MUST_USE enum cl_err cl_model_tell_token(struct cl_model *model, const struct cl_entry *entry);
CL_MUST_USE enum cl_err cl_model_tell_exhibit(struct cl_model *model, const struct cl_entry *entry);
CL_MUST_USE enum cl_err cl_model_tell_other(struct cl_model *model, const struct cl_entry *entry);

#endif
