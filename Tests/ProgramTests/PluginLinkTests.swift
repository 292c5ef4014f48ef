import Glibc
import LinuxSystem
import LinuxSystemTesting
import Testing

/// `make install CNI_NAMES=...`: links to weft-cni by the reference plugins' names.
struct PluginLinkTests {
    /// scripts/link-plugins of the checkout that this bundle was built in.
    private func linkPlugins(_ arguments: String...) throws -> ChildProcess.Output {
        let root = File.parent(of: File.parent(of: File.parent(of: #filePath)))
        let command = ProcessCommand("\(root)/scripts/link-plugins", arguments)
        return try ChildProcess.run(command, until: .after(.seconds(30)))
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = try File.createTemporaryDirectory(prefix: "weft-links")
        defer { try? File.removeTree(folder) }
        try body(folder)
    }

    @Test func allNamesAreLinksAndGoAgain() throws {
        try withFolder { folder in
            for _ in 0..<2 { #expect(try linkPlugins(folder, "all").status.isSuccess) }
            let names = try File.entries(ofDirectory: folder)
            #expect(names.contains("bridge") && names.contains("host-local") && names.count == 11)
            for name in names { #expect(try File.linkTarget("\(folder)/\(name)") == "weft-cni") }
            #expect(try linkPlugins("--remove", folder).status.isSuccess)
            #expect(try File.entries(ofDirectory: folder).isEmpty)
        }
    }

    @Test func theReferencePluginsStay() throws {
        try withFolder { folder in
            try File.write("the reference".utf8, to: "\(folder)/bridge")
            #expect(unsafe symlink("/usr/lib/cni/portmap", "\(folder)/portmap") == 0)
            let output = try linkPlugins(folder, "bridge", "portmap", "ptp")
            #expect(!output.status.isSuccess)
            #expect(output.messages.contains("\(folder)/bridge \(folder)/portmap; move it away"), "\(output.messages)")
            #expect(try File.readText("\(folder)/bridge") == "the reference")
            #expect(try File.linkTarget("\(folder)/portmap") == "/usr/lib/cni/portmap")
            #expect(try File.linkTarget("\(folder)/ptp") == "weft-cni")
            #expect(try linkPlugins("--remove", folder).status.isSuccess)
            #expect(try File.entries(ofDirectory: folder) == ["bridge", "portmap"])
        }
    }

    @Test func otherNamesAreRefusedBeforeAnythingIsMade() throws {
        try withFolder { folder in
            let output = try linkPlugins(folder, "bridge", "dhcp")
            #expect(!output.status.isSuccess && output.messages.contains("weft-cni is no dhcp"))
            #expect(try File.entries(ofDirectory: folder).isEmpty)
            #expect(try linkPlugins(folder).status.isSuccess)
            #expect(try File.entries(ofDirectory: folder).isEmpty)
        }
    }
}
