import BenchRunner
import Glibc
import LinuxSystem

/// A set of CNI plugins that is measured: ours, or a folder of somebody else's.
public struct PluginProgram: Hashable, Sendable {
    /// What it is called in tables.
    public let name: String
    /// The plugin that is started.
    let path: String
    /// The plugin folder, CNI_PATH.
    let folder: String
    /// The plugin's type in the configuration.
    let type: String

    /// weft-cni beside the running program.
    ///
    /// - Returns: the plugin.
    /// - Throws: `BenchError` when it is not there.
    public static func weft() throws -> PluginProgram {
        let folder = File.parent(of: try File.linkTarget("/proc/self/exe"))
        return try PluginProgram(name: "weft-cni", folder: folder, type: "weft-cni")
    }

    /// The `bridge` and `host-local` of a folder, such as Debian's /usr/lib/cni.
    ///
    /// - Parameter folder: the folder, as on the command line.
    /// - Returns: the plugins.
    /// - Throws: `BenchError` when one of them is not there.
    public static func peer(folder: String) throws -> PluginProgram {
        guard unsafe access("\(folder)/host-local", X_OK) == 0 else {
            throw BenchError("--peer-cni \(folder): no host-local there; give the folder of the reference plugins")
        }
        return try PluginProgram(name: "reference", folder: folder, type: "bridge")
    }

    private init(name: String, folder: String, type: String) throws {
        (self.name, self.folder, self.type) = (name, folder, type)
        path = "\(folder)/\(type)"
        guard unsafe access(path, X_OK) == 0 else {
            throw BenchError("no \(type) at \(path): run `make build`, or give the plugins' folder")
        }
    }
}
