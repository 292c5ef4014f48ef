import Glibc
import LinuxSystem

/// The programs that a cluster is made of, and where they are.
public struct Programs: Sendable, Hashable {
    /// The folder that holds them all.
    public let directory: String
    /// The operator's command line, which also serves as the pods' server.
    public var weft: String { "\(directory)/weft" }
    /// The node daemon.
    public var weftd: String { "\(directory)/weftd" }
    /// The control store.
    public var weftStore: String { "\(directory)/weft-store" }
    /// The CNI plugin.
    public var weftCNI: String { "\(directory)/weft-cni" }

    /// The programs in a folder.
    ///
    /// - Throws: `ClusterError` naming the first one that is missing.
    public init(directory: String) throws {
        self.directory = directory
        for program in [weft, weftd, weftStore, weftCNI] where unsafe access(program, X_OK) != 0 {
            throw ClusterError("no program at \(program): run `make build`, or keep the four programs in one folder")
        }
    }

    /// The programs beside the running executable.
    public static func besideThisOne() throws -> Programs {
        try Programs(directory: File.parent(of: File.linkTarget("/proc/self/exe")))
    }
}

/// Why a cluster could not be built or used, in one line.
public struct ClusterError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What, where, and what to do.
    public let description: String

    /// An error with this text.
    public init(_ description: String) { self.description = description }
}
