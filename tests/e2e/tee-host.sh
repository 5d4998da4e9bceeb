#!/bin/sh
# Stands between a browser and the real consentlog-host (CL_TEE_HOST). What passes through is not changed; each start's questions and
# answers are kept beside each other in CL_TEE_DIR, in their frames.
tee "$CL_TEE_DIR/$$.questions" | "$CL_TEE_HOST" "$@" | tee "$CL_TEE_DIR/$$.answers"
