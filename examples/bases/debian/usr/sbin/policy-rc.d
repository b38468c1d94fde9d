#!/bin/sh
# No init runs in an image: installing a package starts no service (invoke-rc.d asks here; 101 is "forbidden").
exit 101
