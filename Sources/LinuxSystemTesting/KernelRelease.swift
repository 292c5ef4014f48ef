import LinuxSystem

/// A version of Linux: 6.1, for tests of what a later kernel learnt.
public struct KernelRelease: Hashable, Sendable, Comparable {
    private let numbers: [Int]

    /// The release MAJOR.MINOR.
    public init(_ major: Int, _ minor: Int) { numbers = [major, minor] }

    /// The running kernel's, as `/proc/sys/kernel/osrelease` has it; 0.0 if that can't be read.
    public static let current: KernelRelease = {
        let text = (try? Sysctl.read("kernel.osrelease")) ?? ""
        let words = text.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        return words.count == 2 ? KernelRelease(words[0], words[1]) : KernelRelease(0, 0)
    }()

    /// Orders by age.
    public static func < (left: KernelRelease, right: KernelRelease) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }
}
