import Glibc
import LinuxSystem
import Synchronization
import Testing

struct DedicatedThreadTests {
    private struct Fault: Error, Equatable {}

    @Test func workRunsOnAThreadOfItsName() throws {
        let mine = pthread_self()
        let (name, isOther) = try DedicatedThread.run(name: "weft-worker") {
            (try File.readText("/proc/thread-self/comm"), pthread_equal(mine, pthread_self()) == 0)
        }
        #expect(name == "weft-worker\n")
        #expect(isOther)
    }

    @Test func errorsComeBack() {
        #expect(throws: Fault()) { try DedicatedThread.run(name: "failing") { throw Fault() } }
    }

    @Test func manyThreadsComeToAnEnd() throws {
        let count = Mutex(0)
        let threads = try (0..<50).map { index in
            try DedicatedThread.start(name: "worker-\(index)") { count.withLock { $0 += 1 } }
        }
        for thread in threads {
            thread.join()
            thread.join()
        }
        #expect(count.withLock { $0 } == 50)
    }
}
