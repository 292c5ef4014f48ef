import LinuxSystem
import NetworkTypes
import Testing

@testable import NodeDaemon

struct PodNetworkFilesTests {
    private static func prefix(_ text: String) throws -> IPPrefix { try #require(IPPrefix(text)) }

    private static func subnet(_ mtu: UInt32 = 1450, networks: [String] = ["10.244.0.0/16"]) throws -> NodeSubnet {
        NodeSubnet(networks: try networks.map(prefix), subnets: [try prefix("10.244.1.0/24")], mtu: mtu)
    }

    /// A folder that is removed again.
    private func withDirectory(_ body: (String) throws -> Void) throws {
        let directory = try File.createTemporaryDirectory(prefix: "weft-files")
        defer { try? File.removeTree(directory) }
        try body(directory)
    }

    @Test func subnetFileIsFlannels() throws {
        let dual = NodeSubnet(
            networks: [try Self.prefix("10.244.0.0/16"), try Self.prefix("fd00:244::/48")],
            subnets: [try Self.prefix("10.244.7.0/24"), try Self.prefix("fd00:244:0:7::/64")],
            mtu: 1450,
            links: ["flannel-v6.1", "flannel.1"]
        )
        #expect(
            dual.fileText == """
                # Written by weftd, which replaces it; `weftd cleanup` removes it.
                FLANNEL_NETWORK=10.244.0.0/16
                FLANNEL_SUBNET=10.244.7.1/24
                FLANNEL_IPV6_NETWORK=fd00:244::/48
                FLANNEL_IPV6_SUBNET=fd00:244:0:7::1/64
                FLANNEL_MTU=1450
                FLANNEL_IPMASQ=false
                WEFT_LINKS=flannel-v6.1,flannel.1

                """
        )
        let plain = try Self.subnet(networks: []).fileText
        #expect(!plain.contains("NETWORK") && !plain.contains("LINKS"))
    }

    @Test func whatIsRightStaysUntouchedAndWhatIsNotIsReplaced() throws {
        try withDirectory { directory in
            let files = PodNetworkFiles(
                subnetFile: "\(directory)/run/subnet.env",
                configurationDirectory: "\(directory)/net.d"
            )
            let both = ["\(directory)/run/subnet.env", "\(directory)/net.d/05-weft.conflist"]
            #expect(try files.write(Self.subnet()) == both)
            #expect(try files.write(Self.subnet()).isEmpty)
            #expect(try files.write(Self.subnet(1400)) == [both[0]])
            #expect(try File.readText(both[0]).contains("FLANNEL_MTU=1400\n"))
            try File.write("half".utf8, to: both[1])
            #expect(try files.write(Self.subnet(1400)) == [both[1]])
            // Nothing but the two: the temporary files are gone.
            #expect(try File.entries(ofDirectory: "\(directory)/run") == ["subnet.env"])
            #expect(try File.entries(ofDirectory: "\(directory)/net.d") == ["05-weft.conflist"])
            #expect(try files.remove() == [both[1], both[0]].map { "file \($0)" })
            #expect(try files.remove().isEmpty)
        }
    }

    @Test func filesOfOthersAreNeverRemoved() throws {
        try withDirectory { directory in
            let files = PodNetworkFiles(subnetFile: "\(directory)/subnet.env", configurationDirectory: directory)
            try File.write("FLANNEL_SUBNET=10.244.1.1/24\n".utf8, to: "\(directory)/subnet.env")
            try File.write("{}".utf8, to: "\(directory)/05-weft.conflist")
            #expect(try files.remove().isEmpty)
            #expect(try File.entries(ofDirectory: directory).count == 2)
        }
    }

    @Test func aNetworkThatSortsBeforeIsARival() throws {
        try withDirectory { directory in
            let files = PodNetworkFiles(subnetFile: nil, configurationDirectory: directory)
            for name in ["00-other.conf", "01-notes.txt", "10-flannel.conflist"] {
                try File.write([], to: "\(directory)/\(name)")
            }
            #expect(files.rivals() == ["00-other.conf"])
        }
    }

    @Test func theyAreOffUnlessAskedForAndAListBringsASubnetFile() throws {
        func files(_ subnetFile: String?, _ directory: String?) throws -> PodNetworkFiles {
            try DaemonOptions(
                nodeName: "a",
                kubeconfig: nil,
                server: "http://127.0.0.1:1",
                subnetFile: subnetFile,
                cniConfDir: directory
            ).podNetworkFiles
        }
        #expect(try files(nil, nil).isEmpty)
        #expect(try files("", "").isEmpty)
        #expect(try files("/a", nil) == PodNetworkFiles(subnetFile: "/a", configurationDirectory: nil))
        #expect(try files(nil, "/b").subnetFile == "/run/flannel/subnet.env")
        #expect(try files(nil, "/b").list == "/b/05-weft.conflist")
        for bad in ["relative", "/with space", "/quoted\""] {
            #expect(throws: NodeDaemonError.self) { try files(nil, bad) }
            #expect(throws: NodeDaemonError.self) { try files(bad, nil) }
        }
    }

    @Test func listMasqueradesOnlyWhereTheClustersRangeIsKnown() throws {
        #expect(try Self.subnet().listText(subnetFile: "/a").contains("\"ipMasq\": true"))
        #expect(try Self.subnet(networks: []).listText(subnetFile: "/a").contains("\"ipMasq\": false"))
        #expect(try Self.subnet().listText(subnetFile: "/a/b").contains("\"subnetFile\": \"/a/b\""))
    }
}
