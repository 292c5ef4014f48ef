import LinuxSystem
import NetworkTypes
import Testing

@testable import PodNetworkMigration

struct ContainerFilesTests {
    @Test func reservationsAndRecordsAreRead() throws {
        let directory = try File.createTemporaryDirectory(prefix: "weft-migrate")
        defer { try? File.removeTree(directory) }
        for folder in ["networks/net", "networks/.weft/net", "results", "flannel"] {
            try File.createDirectories("\(directory)/\(folder)")
        }
        try File.write("c1\r\neth0".utf8, to: "\(directory)/networks/net/10.9.0.2")
        try File.write("old".utf8, to: "\(directory)/networks/net/fd00::7")
        try File.write([], to: "\(directory)/networks/net/10.9.0.9")
        for name in ["lock", "last_reserved_ip.0"] {
            try File.write("10.9.0.2".utf8, to: "\(directory)/networks/net/\(name)")
        }
        try File.write("veth".utf8, to: "\(directory)/networks/.weft/net/10.9.0.3")
        let files = ContainerFiles(dataDirectory: "\(directory)/networks", stateDirectory: directory, grace: 0)
        let found = try files.reservations()
        #expect(found.map(\.address.description) == ["10.9.0.2", "10.9.0.9", "fd00::7"])
        #expect(found.map(\.containerID) == ["c1", "", "old"])
        #expect(found.allSatisfy { !$0.isNew })
        let young = ContainerFiles(dataDirectory: "\(directory)/networks", stateDirectory: directory, grace: 60)
        #expect(try young.reservations().allSatisfy(\.isNew))
        for (name, text) in [
            ("n-c1-eth0", #"{"kind":"cniCacheV1","containerId":"c1","netns":"/proc/self/ns/net"}"#),
            ("n-c2-eth0", #"{"kind":"cniCacheV1","containerId":"c2","netns":"/run/netns/weft-there-is-none"}"#),
            ("n-c3-eth0", #"{"containerId":"c3"}"#), ("broken", "{"),
        ] { try File.write(text.utf8, to: "\(directory)/results/\(name)") }
        #expect(try files.recordedContainers() == ["c1", "c3"])
        try File.write("{}".utf8, to: "\(directory)/flannel/c9")
        #expect(try files.flannelFiles().map(\.containerID) == ["c9"])
    }

    @Test func whatIsNotThereIsEmpty() throws {
        let files = ContainerFiles(dataDirectory: "/nowhere/a", stateDirectory: "/nowhere/b", grace: 0)
        #expect(try files.reservations().isEmpty)
        #expect(try files.recordedContainers().isEmpty)
        #expect(try files.flannelFiles().isEmpty)
    }

    @Test func mountedNamespacesAreFound() {
        let text = """
            31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
            200 30 0:4 net:[4026532456] /run/netns/a rw shared:7 - nsfs nsfs rw
            201 30 0:4 mnt:[4026532457] /run/mnt/b rw - nsfs nsfs rw
            """
        #expect(NamespaceScan.mounted(text) == ["/run/netns/a"])
    }
}
