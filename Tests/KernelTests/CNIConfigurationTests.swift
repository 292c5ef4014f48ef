import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import Testing

/// The files of cni-conf/, and the built file itself.
@Suite(.enabled(if: KernelFeature.bridge.isAvailable && KernelFeature.veth.isAvailable))
struct CNIConfigurationTests {
    private static let folder: String = {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return "/\(root)/cni-conf"
    }()

    private static let files = ((try? File.entries(ofDirectory: folder)) ?? []).filter { $0.hasSuffix(".conflist") }

    @Test func filesAreFound() {
        #expect(Self.files == ["10-weft-dualstack.conflist", "10-weft-node.conflist", "10-weft.conflist"])
    }

    /// As libcni does: each plugin's object with the list's name and version.
    @Test(arguments: files)
    func fileAttachesAContainer(_ file: String) throws {
        let list = try JSONValue(parsing: File.read("\(Self.folder)/\(file)"))
        let plugins = try #require(list["plugins"]?.arrayValue)
        #expect(plugins.count == 1)
        try withRuntime(pods: 1) { runtime, pods in
            var configuration = try #require(plugins[0].objectValue)
            configuration["name"] = list["name"]
            configuration["cniVersion"] = list["cniVersion"]
            // The only change: the test must not write to the machine's own store.
            configuration["ipam"]?["dataDir"] = .string(runtime.directory)
            let answer = try runtime.add("c1", to: pods[0], configuration)
            #expect(answer.addresses.count == configuration["ipam"]?["ranges"]?.arrayValue?.count)
            #expect(try pods[0].routes().count == answer.addresses.count)
            configuration["prevResult"] = answer.document
            let check = try runtime.call("CHECK", "c1", pods[0].path, configuration)
            #expect(check.exit == .exited(0), "\(check.text)")
            try runtime.delete("c1", namespace: pods[0].path, configuration)
            #expect(try pods[0].linkNames() == ["lo"])
        }
    }

    /// An ELF file without PT_INTERP (3) and PT_DYNAMIC (2): it runs on any host, in any image.
    @Test func pluginIsStatic() throws {
        let file = try FileDescriptor.open(CNIRuntime.plugin)
        let bytes = try file.read(upTo: 4096)
        func number(_ offset: Int, _ count: Int) -> Int {
            bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        #expect(bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1]))
        let (table, size, count) = (number(32, 8), number(54, 2), number(56, 2))
        let types = (0..<count).map { number(table + $0 * size, 4) }
        #expect(types.contains(1))
        #expect(!types.contains(2) && !types.contains(3))
    }
}
