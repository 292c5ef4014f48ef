import Testing

@testable import ControlStore

struct BitmapTests {
    @Test func firstClearLooksFromItsStartAndWraps() {
        var bitmap = Bitmap(count: 200)
        for index in 0..<200 where index != 63 && index != 130 { bitmap.insert(index) }
        #expect(bitmap.firstClear(in: 0..<200, from: 64) == 130)
        #expect(bitmap.firstClear(in: 0..<200, from: 131) == 63)
        #expect(bitmap.firstClear(in: 0..<63, from: 0) == nil)
        #expect(bitmap.firstClear(in: 64..<131, from: 131) == 130)
        #expect(bitmap.setCount == 198)
    }

    @Test func numbersOutsideAreNeitherSetNorFound() {
        var bitmap = Bitmap(count: 65)
        let inserted = [65, -1, 64, 64].map { bitmap.insert($0) }
        #expect(inserted == [false, false, true, false])
        #expect(bitmap.contains(64))
        bitmap.remove(64)
        #expect(!bitmap.contains(64))
        #expect(bitmap.setCount == 0)
    }

    @Test func poolGivesReservedNumbersLast() {
        var pool = NumberPool(count: 10, usable: 1..<9, reserved: 3)
        var taken: [Int] = []
        while let number = pool.takeAny(random: 4) { taken.append(number) }
        #expect(Set(taken.prefix(5)) == [4, 5, 6, 7, 8])
        #expect(Set(taken.suffix(3)) == [1, 2, 3])
        pool.release(2)
        let again = pool.takeAny(random: 0)
        #expect(again == 2)
    }
}
