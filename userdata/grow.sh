# shellcheck shell=bash
# The mounted file system fills its device: after a mount, and whenever the volume grew. Neither kind needs a stop, and
# a kill leaves what the kernel finishes at the next mount. What fails is tried again in a minute, until the size is noted.
grow() {
    local size outcome=0
    size=$(blockdev --getsize64 "$DISK")
    # adopted layout: the partition fills its disk; growpart ends with 1 when it did already
    [ -z "$PARTITION" ] || growpart "$DISK" "$PARTITION" >"$SCRATCH/resize" 2>&1 || outcome=$?
    [ "$outcome" -gt 1 ] || case $KIND in
    xfs) xfs_growfs -d "$MOUNT" ;;
    ext4) resize2fs "$DEVICE" ;;
    esac >/dev/null 2>"$SCRATCH/resize" || outcome=2
    if [ "$outcome" -le 1 ]; then
        write "$RUN/device-size" <<<"$size"
    else
        log "$MOUNT did not grow: $(tail -1 "$SCRATCH/resize")"
    fi
}
