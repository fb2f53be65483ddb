namespace Concord.Storage.Spaces.Tests.Rgw;

internal sealed partial class RgwCluster
{
    // One of everything, no authentication between its own parts, and little of what a cluster of many machines needs.
    private static string ConfigurationText(string folder, Guid fsid, int monitorPort, int osdPort, bool isDurable) => $"""
        [global]
        fsid = {fsid}
        mon initial members = a
        mon host = v2:127.0.0.1:{monitorPort}/0
        public addr = 127.0.0.1
        cluster addr = 127.0.0.1
        ms bind ipv6 = false
        ms bind port min = {Math.Min(osdPort, 65_000)}
        ms bind port max = {Math.Min(osdPort, 65_000) + 400}
        ms bind msgr1 = false
        auth cluster required = none
        auth service required = none
        auth client required = none
        auth allow insecure global id reclaim = false
        ms mon client mode = crc
        ms mon service mode = crc
        ms mon cluster mode = crc
        ms client mode = crc
        ms service mode = crc
        ms cluster mode = crc
        osd pool default size = 1
        osd pool default min size = 1
        osd pool default pg num = 4
        osd pool default pgp num = 4
        osd pool default pg autoscale mode = off
        osd crush chooseleaf type = 0
        mon allow pool size one = true
        mon warn on pool no redundancy = false
        mon max pg per osd = 2000
        paxos propose interval = 0.05
        paxos min wait = 0.01
        osd max pg log entries = 200
        osd min pg log entries = 50
        osd pg log trim min = 10
        mon data avail crit = 1
        mon data avail warn = 1
        keyring = {folder}/keyring
        run dir = {folder}/run
        pid file = {folder}/run/$name.pid
        log file = {folder}/log/$name.log
        mon cluster log file = {folder}/log/cluster.log
        admin socket = {folder}/run/$name.$pid.asok
        crash dir = {folder}/run
        log to stderr = false
        err to stderr = true
        [mon]
        mon data = {folder}/mon
        mon clock drift allowed = 5
        mon mgr mkfs grace = 100000000
        [osd]
        osd data = {folder}/osd
        osd objectstore = {(isDurable ? "bluestore" : "memstore")}
        memstore device bytes = 2147483648
        memstore page set = true
        memstore page size = 4096
        osd journal =
        bluestore block size = 4294967296
        bluestore fsck on mount = false
        osd class load list = *
        osd class default list = *
        [client.rgw]
        rgw dns name = s3.localhost
        rgw thread pool size = 64
        rgw enable usage log = false
        rgw enable ops log = false
        rgw gc max objs = 4
        rgw lc max objs = 4
        rgw reshard num logs = 4
        rgw run sync thread = false
        rgw data = {folder}/rgw

        """;
}
