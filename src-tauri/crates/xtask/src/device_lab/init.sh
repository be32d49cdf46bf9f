#!/bin/busybox sh
# First program of the device lab's machine: loads the modules, puts the host's root (read-only)
# beneath a layer in memory, runs the job in it and reports how that ended.
# /settings gives CHANNEL (where the job's output goes) and MARK (a word nobody prints by chance).

bb=/bin/busybox
. /settings

$bb mount -t proc proc /proc
$bb mount -t sysfs sys /sys
$bb mount -t devtmpfs dev /dev
$bb mkdir -p /dev/pts /dev/shm
$bb mount -t devpts devpts /dev/pts
$bb mount -t tmpfs -o size=256m shm /dev/shm

give_up() {
    echo "device lab: $1"
    $bb poweroff -f
}

while read -r module options; do
    # Words of $options are parameters of the module.
    # shellcheck disable=SC2086
    $bb insmod "/modules/$module.ko" $options || give_up "module $module does not load"
done < /modules/order

nine=trans=virtio,version=9p2000.L,msize=512000
$bb mount -t 9p -o "$nine,ro,cache=loose" host /host || give_up "the host's root is not there"
$bb mount -t tmpfs -o size=700m layer /layer
$bb mkdir /layer/upper /layer/work
$bb mount -t overlay -o lowerdir=/host,upperdir=/layer/upper,workdir=/layer/work overlay /new ||
    give_up "the layer over the host's root cannot be mounted"

for place in proc sys dev; do
    $bb mkdir -p "/new/$place"
    $bb mount -o rbind "/$place" "/new/$place"
done
$bb mount -t tmpfs -o size=16m run /new/run
$bb mkdir -p /new/lab/out /new/lab/tmp /new/lab/home
$bb mount -t 9p -o "$nine" out /out || give_up "the folder for results is not there"
$bb cp /job /new/lab/job
$bb hostname device-lab
$bb ip link set lo up

if [ -n "$INTERACTIVE" ]; then
    # A session of its own, so that Ctrl-C reaches what runs in it.
    $bb setsid $bb sh -c "exec $bb chroot /new /bin/sh /lab/job <$CHANNEL >$CHANNEL 2>&1"
    $bb cp -r /new/lab/out/. /out
else
    $bb stty -F "$CHANNEL" raw -echo
    echo "$MARK begin" > "$CHANNEL"
    $bb chroot /new /bin/sh /lab/job < /dev/null > "$CHANNEL" 2>&1
    status=$?
    # Only now: whoever waits for the host's disk loses time.
    $bb cp -r /new/lab/out/. /out || status=200
    # A program may have changed the terminal.
    $bb stty -F "$CHANNEL" raw -echo
    echo "$MARK end $status" > "$CHANNEL"
fi
$bb umount /out
$bb poweroff -f
